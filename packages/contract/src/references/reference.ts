/** Reads the text of a `$ref` (RFC 3986, RFC 6901) against the file it stands in. */
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Target {
  /** Absolute path or http(s) URL, without fragment. */
  readonly id: string
  /** JSON Pointer, or the fragment as written when it is none. */
  readonly pointer: string
}

export function isUrl(id: string): boolean {
  return /^https?:\/\//i.test(id)
}

/** `undefined` for what is neither a path nor an http(s) URL. `base` is the id of the file that holds the reference. */
export function parseReference(reference: string, base: string): Target | undefined {
  const hash = reference.indexOf('#')
  const address = hash === -1 ? reference : reference.slice(0, hash)
  const pointer = hash === -1 ? '' : decoded(reference.slice(hash + 1))
  if (address === '') return { id: base, pointer }
  const id = identify(address, base)
  return id === undefined ? undefined : { id, pointer }
}

function identify(address: string, base: string): string | undefined {
  try {
    if (isUrl(address) || isUrl(base)) return webAddress(new URL(address, isUrl(base) ? base : undefined))
    if (/^file:/i.test(address)) return fileURLToPath(address)
    return /^[a-z][a-z0-9+.-]+:/i.test(address) ? undefined : resolve(dirname(base), decoded(address))
  } catch {
    return undefined
  }
}

/** What stands on the web refers to the web only, never to the reader's disk. */
function webAddress({ href }: URL): string | undefined {
  return isUrl(href) ? href : undefined
}

function decoded(text: string): string {
  if (!text.includes('%')) return text
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
