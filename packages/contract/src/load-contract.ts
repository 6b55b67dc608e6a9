/** From a path or a text to a contract and everything that is wrong with it. */
import { existsSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { Contract } from './contract.ts'
import type { Diagnostic } from './diagnostic.ts'
import { type Identified, identify } from './identify.ts'
import { type LoadOptions, type ResolvedOptions, resolveOptions } from './load-options.ts'
import { readContract } from './model/read-contract.ts'
import type { Reading } from './model/reading.ts'
import { openDocument } from './open-document.ts'
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
  const opened = openDocument(path, resolveOptions(options))
  return typeof opened === 'string' ? parseContract(opened, { ...options, file: path }) : { diagnostics: [opened] }
}

/** Reads a text as if it stood in `file`; relative references start there. */
export async function parseContract(
  text: string,
  options: LoadOptions & { readonly file: string },
): Promise<LoadResult> {
  const resolved = resolveOptions(options)
  const read = readSource(resolve(options.file), options.file, text, resolved)
  if (read.kind === 'unreadable') return { diagnostics: [read.diagnostic] }
  const identity = identify(read.source)
  if (identity.kind === 'refused') return { diagnostics: [identity.diagnostic] }
  const { contract, diagnostics } = await readDocument(read.source, identity, resolved)
  return { contract, diagnostics: inOrder([...(read.lenience ? [read.lenience] : []), ...diagnostics]) }
}

async function readDocument(source: SourceFile, identified: Identified, options: ResolvedOptions) {
  const { version, line } = identified
  const library = new Library(options, resolve(options.root ?? enclosingRoot(dirname(source.id))))
  library.add(source)
  const graph = new Graph(library, options.maxMembers)
  const diagnostics = [
    ...(await validateDocument(rootOf(source), version)),
    ...(await collectReferences(source, library, graph)),
  ]
  const reading = readingOf(source, graph, (found) => diagnostics.push(found))
  const contract = readContract(reading, identified, library.sources)
  diagnostics.push(
    ...(await validateForeign(reading.foreign, version)),
    ...(await validateBindings(reading.bindings, line)),
    ...(await checkRules({ contract, line, reading })),
  )
  if (graph.isExhausted) diagnostics.push(tooLarge(source))
  return { contract, diagnostics }
}

function tooLarge(source: SourceFile): Diagnostic {
  return {
    code: 'document_too_large',
    severity: 'error',
    message: 'The document grows too large once its references are followed; some of it was left out.',
    fix: 'Split the document into several, or raise maxMembers.',
    at: source.locate(''),
  }
}

/** The nearest folder above that marks a project, else the folder itself. */
function enclosingRoot(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (existsSync(join(at, '.git')) || existsSync(join(at, 'package.json'))) return at
    if (at === dirname(at)) return folder
  }
}

function readingOf(source: SourceFile, graph: Graph, report: (diagnostic: Diagnostic) => void): Reading {
  const schemas = schemaBundler(graph, report)
  return { root: rootOf(source), graph, schemas, messages: new Map(), bindings: [], foreign: [], report }
}

/** By file as met, then by place; the same finding at the same place once. */
function inOrder(diagnostics: readonly Diagnostic[]): Diagnostic[] {
  const files = [...new Set(diagnostics.map(({ at }) => at.file))]
  const once = new Map(diagnostics.map((found) => [`${found.code} ${placeOf(found)} ${found.message}`, found]))
  return [...once.values()].sort(
    (a, b) => files.indexOf(a.at.file) - files.indexOf(b.at.file) || a.at.line - b.at.line || a.at.column - b.at.column,
  )
}

function placeOf({ at }: Diagnostic): string {
  return `${at.file}:${at.line}:${at.column}`
}
