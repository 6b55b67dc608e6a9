/** What a caller may decide about reading a contract. */
import type { FetchText } from './references/fetch-text.ts'

export interface LoadOptions {
  /**
   * Folder that file references must not leave. Default: the nearest folder above the document that holds `.git` or `package.json`,
   * else the document's own folder, so that a contract from a stranger cannot read the rest of the disk.
   */
  readonly root?: string
  /** Follow http(s) references. Default false: reading a document must not make network calls nobody asked for. */
  readonly allowHttp?: boolean
  /** Let http(s) references reach private and loopback addresses. Default false: a document must not probe the network it is read in. */
  readonly allowPrivate?: boolean
  /** Largest file read, in bytes. Default 16 MiB: five times the largest document met in public. */
  readonly maxBytes?: number
  /** Most files one document may lead to. Default 500. */
  readonly maxFiles?: number
  /** Most values in one file once YAML aliases are followed. Default 1,000,000: far above real documents, still read in a second. */
  readonly maxNodes?: number
  /** Most members and items met once references are followed. Default 500,000: ten times what the largest public document needs. */
  readonly maxMembers?: number
  /** Deepest nesting of one file. Default 200. */
  readonly maxDepth?: number
  /** Longest chain of files, each leading to the next. Default 20. */
  readonly maxChain?: number
  /** Time for all http(s) requests of one document together. Default 20 s: a document must not keep its reader waiting. */
  readonly timeoutMs?: number
  /** Gets the text behind a URL. Default: a client that checks every address it connects to. */
  readonly fetch?: FetchText
  /** Texts fetched so far, by URL. Hand the same map to several calls to fetch each URL once. Default: a new map. */
  readonly httpCache?: Map<string, string>
}

type Defaults = Required<Omit<LoadOptions, 'root' | 'fetch' | 'httpCache'>>

export const LOAD_DEFAULTS: Defaults = Object.freeze({
  allowHttp: false,
  allowPrivate: false,
  maxBytes: 16 * 1024 * 1024,
  maxFiles: 500,
  maxNodes: 1_000_000,
  maxMembers: 500_000,
  maxDepth: 200,
  maxChain: 20,
  timeoutMs: 20_000,
})

export type ResolvedOptions = LoadOptions & Defaults & { readonly httpCache: Map<string, string> }

export function resolveOptions(options: LoadOptions): ResolvedOptions {
  return { ...LOAD_DEFAULTS, ...options, httpCache: options.httpCache ?? new Map<string, string>() }
}
