/** A certificate authority for one test, and what it has signed: made by `openssl` in a temporary folder. */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A certificate and its key: files for a broker, PEM text for a client. */
export interface KeyPair {
  readonly certFile: string
  readonly keyFile: string
  readonly cert: string
  /** PKCS #8. */
  readonly key: string
}

export interface Certificates {
  /** The authority's certificate. */
  readonly caFile: string
  readonly ca: string
  /** For the host name `localhost`; 127.0.0.1 is none of its names. */
  readonly server: KeyPair
  readonly client: KeyPair
  /** Another authority, which has signed none of them. */
  readonly stranger: KeyPair
  /** Deletes the files. */
  remove(): void
}

/** @param clientName Common name in the client's certificate, which a broker may take for its user. */
export function makeCertificates(clientName = 'longshore-client'): Certificates {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-certificates-'))
  const authority = authorityIn(folder, 'ca')
  return {
    caFile: authority.certFile,
    ca: authority.cert,
    server: signed(folder, authority, 'localhost'),
    client: signed(folder, authority, clientName),
    stranger: authorityIn(folder, 'stranger'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']

function authorityIn(folder: string, name: string): KeyPair {
  const pair = filesOf(folder, name)
  const subject = ['-subj', `/CN=Longshore test ${name}`]
  openssl('req', '-x509', ...NEW_KEY, ...subject, '-days', '2', '-keyout', pair.keyFile, '-out', pair.certFile)
  return read(pair)
}

function signed(folder: string, ca: KeyPair, commonName: string): KeyPair {
  const pair = filesOf(folder, commonName)
  const request = join(folder, `${commonName}.csr`)
  const extensions = join(folder, `${commonName}.ext`)
  writeFileSync(extensions, `subjectAltName=DNS:${commonName}\n`)
  openssl('req', '-new', ...NEW_KEY, '-subj', `/CN=${commonName}`, '-keyout', pair.keyFile, '-out', request)
  const by = ['-CA', ca.certFile, '-CAkey', ca.keyFile, '-CAcreateserial']
  openssl('x509', '-req', '-in', request, ...by, '-days', '2', '-extfile', extensions, '-out', pair.certFile)
  return read(pair)
}

function filesOf(folder: string, name: string): Pick<KeyPair, 'certFile' | 'keyFile'> {
  return { certFile: join(folder, `${name}.crt`), keyFile: join(folder, `${name}.key`) }
}

function read({ certFile, keyFile }: Pick<KeyPair, 'certFile' | 'keyFile'>): KeyPair {
  return { certFile, keyFile, cert: readFileSync(certFile, 'utf8'), key: readFileSync(keyFile, 'utf8') }
}

function openssl(...args: readonly string[]): void {
  execFileSync('openssl', args, { stdio: 'pipe' })
}
