/** Gets a text over http(s) without ever talking to an address it must not: names are checked after they are resolved. */
import { lookup as resolveName } from 'node:dns'
import { get as getHttp, type IncomingMessage, type RequestOptions } from 'node:http'
import { get as getHttps } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { thousands } from '../print/thousands.ts'
import { isPrivateAddress } from './private-address.ts'

export interface FetchLimits {
  readonly maxBytes: number
  readonly timeoutMs: number
  readonly allowPrivate: boolean
}

/** Gets the text behind a URL or rejects with an `Error` whose message says why. */
export type FetchText = (url: string, limits: FetchLimits) => Promise<string>

const MAX_REDIRECTS = 3

/** One deadline covers all redirects. */
export const fetchText: FetchText = async (url, limits) => {
  const signal = AbortSignal.timeout(limits.timeoutMs)
  let next = new URL(url)
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await request(next, limits, signal)
    const { statusCode = 0, headers } = response
    if (statusCode >= 300 && statusCode < 400 && headers.location !== undefined) {
      response.destroy()
      next = new URL(headers.location, next)
    } else if (statusCode === 200) {
      return await readBody(response, limits.maxBytes)
    } else {
      response.destroy()
      throw new Error(`the server answered ${statusCode}`)
    }
  }
  throw new Error(`more than ${MAX_REDIRECTS} redirects`)
}

function request(url: URL, limits: FetchLimits, signal: AbortSignal): Promise<IncomingMessage> {
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Error(`"${url.protocol}" is not followed`)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (!limits.allowPrivate && isIP(host) && isPrivateAddress(host)) throw new Error('its address is private')
  const options: RequestOptions = { signal, agent: false, headers: { accept: '*/*' } }
  if (!limits.allowPrivate) options.lookup = lookupPublic
  return new Promise((resolve, reject) => {
    const get = url.protocol === 'https:' ? getHttps : getHttp
    get(url, options, resolve).on('error', (error) => reject(signal.aborted ? new Error('it took too long') : error))
  })
}

/** The system's resolver, with every private answer refused. */
const lookupPublic: LookupFunction = (hostname, options, callback) => {
  resolveName(hostname, { ...options, all: true }, (error, addresses) => {
    const allowed = (addresses ?? []).filter(({ address }) => !isPrivateAddress(address))
    const [first] = allowed
    if (error) callback(error, '', 0)
    else if (!first) callback(new Error('its address is private'), '', 0)
    else if (options.all) callback(null, allowed)
    else callback(null, first.address, first.family)
  })
}

async function readBody(response: IncomingMessage, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response) {
    if (!(chunk instanceof Uint8Array)) continue
    size += chunk.byteLength
    if (size > maxBytes) throw new Error(`it is larger than ${thousands(maxBytes)} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
