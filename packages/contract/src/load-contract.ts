/** From a path or a text to a contract and everything that is wrong with it. */
import { createHash } from 'node:crypto'
import { existsSync, statSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Contract } from './contract.ts'
import type { Diagnostic } from './diagnostic.ts'
import { type Identified, identify } from './identify.ts'
import { type LoadOptions, type ResolvedOptions, resolveOptions } from './load-options.ts'
import { readContract } from './model/read-contract.ts'
import type { Reading } from './model/reading.ts'
import { schemaBundler } from './payload/schema-bundle.ts'
import { collectReferences } from './references/collect-references.ts'
import { Graph, rootOf } from './references/graph.ts'
import { Library } from './references/library.ts'
import { checkRules } from './rules/check-rules.ts'
import { readSource, type SourceFile } from './source/source-file.ts'
import { validateBindings } from './validation/validate-bindings.ts'
import { validateDocument, validateForeign } from './validation/validate-document.ts'

export interface LoadResult {
  /** There whenever the document could be read as AsyncAPI at all, also when some of it is wrong: look for errors first. */
  readonly contract?: Contract
  /** One per mistake, in the order of the text. */
  readonly diagnostics: readonly Diagnostic[]
}

/** Reads the document at `path`. Never rejects for what the document holds or for a file that cannot be read. */
export async function loadContract(path: string, options: LoadOptions = {}): Promise<LoadResult> {
  const resolved = resolveOptions(options)
  const problem = await unreadable(path, resolved)
  if (problem) return { diagnostics: [problem] }
  return await parseContract(await readFile(path, 'utf8'), { ...options, file: path })
}

/** Reads a text as if it stood in `file`; relative references start there. */
export async function parseContract(
  text: string,
  options: LoadOptions & { readonly file: string },
): Promise<LoadResult> {
  const resolved = resolveOptions(options)
  const read = readSource(resolve(options.file), options.file, text, resolved)
  if (!read.source) return { diagnostics: read.diagnostic ? [read.diagnostic] : [] }
  const identity = identify(read.source)
  if (identity.kind === 'refused') return { diagnostics: [identity.diagnostic] }
  const hash = createHash('sha256').update(text).digest('hex')
  const lenient = read.diagnostic ? [read.diagnostic] : []
  return await readDocument(read.source, identity, hash, lenient, resolved)
}

async function readDocument(
  source: SourceFile,
  { version, line }: Identified,
  hash: string,
  lenient: readonly Diagnostic[],
  options: ResolvedOptions,
): Promise<LoadResult> {
  const library = new Library(options, resolve(options.root ?? enclosingRoot(dirname(source.id))))
  library.add(source)
  const graph = new Graph(library)
  const diagnostics = [...lenient, ...(await validateDocument(rootOf(source), version))]
  diagnostics.push(...(await collectReferences(source, library, graph)))
  const report = (found: Diagnostic) => void diagnostics.push(found)
  const reading: Reading = {
    root: rootOf(source),
    graph,
    schemas: schemaBundler(graph, report),
    messages: new Map(),
    bindings: [],
    foreign: [],
    report,
  }
  const contract = readContract(reading, { version, line, hash }, library.sources)
  diagnostics.push(...(await validateForeign(reading.foreign, version)))
  diagnostics.push(...(await validateBindings(reading.bindings, line)))
  diagnostics.push(...(await checkRules({ contract, line, reading })))
  return { contract, diagnostics: inOrder(diagnostics) }
}

async function unreadable(path: string, { maxBytes }: ResolvedOptions): Promise<Diagnostic | undefined> {
  const info = statSync(path, { throwIfNoEntry: false })
  const at = { file: path, line: 1, column: 1, pointer: '' }
  if (!info?.isFile()) {
    return {
      code: 'unreadable_document',
      severity: 'error',
      message: 'There is no such file.',
      fix: 'Correct the path.',
      at,
    }
  }
  if (info.size <= maxBytes) return undefined
  return {
    code: 'document_too_large',
    severity: 'error',
    message: `The file is larger than ${maxBytes.toLocaleString('en')} bytes.`,
    fix: 'Split the document into several files, or raise maxBytes.',
    at,
  }
}

/** The nearest folder above that marks a project, else the folder itself. */
function enclosingRoot(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git')) || existsSync(join(at, 'package.json'))) return at
    if (at === dirname(at)) return folder
  }
}

/** By file as met, then by place; the same finding at the same place once. */
function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const files = [...new Set(diagnostics.map(({ at }) => at.file))]
  const once = new Map(
    diagnostics.map((found) => [
      `${found.code} ${found.at.file}:${found.at.line}:${found.at.column} ${found.message}`,
      found,
    ]),
  )
  return [...once.values()].sort(
    (a, b) => files.indexOf(a.at.file) - files.indexOf(b.at.file) || a.at.line - b.at.line || a.at.column - b.at.column,
  )
}
