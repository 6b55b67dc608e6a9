/** Opens the files a document refers to, each once, and never one it must not reach. */
import { readFile, realpath, stat } from 'node:fs/promises'
import { isAbsolute, relative, sep } from 'node:path'
import type { Diagnostic } from '../diagnostic.ts'
import type { ResolvedOptions } from '../load-options.ts'
import { thousands } from '../print/thousands.ts'
import { readSource, type SourceFile } from '../source/source-file.ts'
import { isUrl } from './reference.ts'

/** Why a file could not be opened, told without its place. */
export interface Refusal {
  readonly code: string
  readonly message: string
  readonly fix: string
}

export type Opened =
  | { readonly kind: 'source'; readonly source: SourceFile }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'unreadable'; readonly diagnostic: Diagnostic }

export class Library {
  readonly #opened = new Map<string, Opened>()
  /** How many files lead to each file, the document itself not counted. */
  readonly #chains = new Map<string, number>()
  readonly #leniences: Diagnostic[] = []
  #fetchMsLeft: number
  readonly #options: ResolvedOptions
  readonly #root: string

  /** `root` is the folder that paths must not leave. */
  constructor(options: ResolvedOptions, root: string) {
    this.#options = options
    this.#fetchMsLeft = options.timeoutMs
    this.#root = root
  }

  /** Every file opened so far. */
  get sources(): readonly SourceFile[] {
    return [...this.#opened.values()].flatMap((opened) => (opened.kind === 'source' ? [opened.source] : []))
  }

  /** What was not right in the files and was read all the same. */
  get leniences(): readonly Diagnostic[] {
    return this.#leniences
  }

  get size(): number {
    return this.#opened.size
  }

  add(source: SourceFile): void {
    this.#opened.set(source.id, { kind: 'source', source })
  }

  /** The file when it has been opened before. */
  peek(id: string): Opened | undefined {
    return this.#opened.get(id)
  }

  /** `from` is the file that leads there. */
  async open(id: string, from: SourceFile): Promise<Opened> {
    const known = this.#opened.get(id)
    if (known) return known
    const chain = (this.#chains.get(from.id) ?? 0) + 1
    const opened = chain > this.#options.maxChain ? refused(tooLongChain(this.#options.maxChain)) : await this.#open(id)
    this.#chains.set(id, chain)
    this.#opened.set(id, opened)
    return opened
  }

  async #open(id: string): Promise<Opened> {
    if (this.#opened.size >= this.#options.maxFiles) return refused(tooManyFiles(this.#options.maxFiles))
    const text = isUrl(id) ? await this.#fetch(id) : await this.#read(id)
    if (typeof text !== 'string') return refused(text)
    const result = readSource(id, displayPath(id), text, this.#options)
    if (result.kind === 'unreadable') return result
    if (result.lenience) this.#leniences.push(result.lenience)
    return result
  }

  async #read(path: string): Promise<string | Refusal> {
    if (!isInside(this.#root, path)) return outsideRoot(path, this.#root)
    try {
      const real = await realpath(path)
      if (!isInside(await realpath(this.#root), real)) return outsideRoot(path, this.#root)
      const info = await stat(real)
      if (!info.isFile()) return notFound(path)
      if (info.size > this.#options.maxBytes) return tooBig(displayPath(path), this.#options.maxBytes)
      return await readFile(real, 'utf8')
    } catch {
      return notFound(path)
    }
  }

  /** The HTTP client is loaded only when a document needs it: that costs more than reading most documents. */
  async #fetch(url: string): Promise<string | Refusal> {
    const { allowHttp, httpCache } = this.#options
    if (!allowHttp) return httpNotAllowed(url)
    const known = httpCache.get(url)
    if (known !== undefined) return known
    const started = performance.now()
    try {
      if (this.#fetchMsLeft <= 0) return notFetched(url, 'the requests before it took all the time there was')
      const fetch = this.#options.fetch ?? (await import('./fetch-text.ts')).fetchText
      const text = await fetch(url, { ...this.#options, timeoutMs: Math.ceil(this.#fetchMsLeft) })
      httpCache.set(url, text)
      return text
    } catch (error) {
      return notFetched(url, error instanceof Error ? error.message : 'the request failed')
    } finally {
      this.#fetchMsLeft -= performance.now() - started
    }
  }
}

function refused(refusal: Refusal): Opened {
  return { kind: 'refused', refusal }
}

/** Relative to the working directory, as a user would type it. */
export function displayPath(id: string): string {
  return isUrl(id) ? id : relative(process.cwd(), id) || id
}

function isInside(root: string, path: string): boolean {
  const way = relative(root, path)
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way)
}

function tooManyFiles(maxFiles: number): Refusal {
  return {
    code: 'too_many_files',
    message: `The document refers to more than ${maxFiles} files.`,
    fix: 'Bundle the files, or raise maxFiles.',
  }
}

function tooLongChain(maxChain: number): Refusal {
  return {
    code: 'too_many_files',
    message: `The file is reached over more than ${maxChain} others, each leading to the next.`,
    fix: 'Refer to it directly, or raise maxChain.',
  }
}

function outsideRoot(path: string, root: string): Refusal {
  return {
    code: 'reference_outside_root',
    message: `"${displayPath(path)}" lies outside the folder "${displayPath(root)}", which references must not leave.`,
    fix: 'Move the file inside, or name a wider folder as the root.',
  }
}

function notFound(path: string): Refusal {
  return {
    code: 'dangling_reference',
    message: `The file "${displayPath(path)}" does not exist or cannot be read.`,
    fix: 'Correct the path; it is relative to the file that holds the $ref.',
  }
}

function tooBig(file: string, maxBytes: number): Refusal {
  return {
    code: 'document_too_large',
    message: `"${file}" is larger than ${thousands(maxBytes)} bytes.`,
    fix: 'Split the file, or raise maxBytes.',
  }
}

function httpNotAllowed(url: string): Refusal {
  return {
    code: 'http_reference_not_allowed',
    message: `"${url}" is on the network, and network references are off.`,
    fix: 'Allow them with --allow-http, or keep a copy of the file beside the document.',
  }
}

function notFetched(url: string, reason: string): Refusal {
  return {
    code: 'dangling_reference',
    message: `"${url}" could not be fetched: ${reason}.`,
    fix: 'Correct the address, or keep a copy of the file beside the document.',
  }
}
