/** Opens every file the document leads to and reports the references that lead nowhere. */
import type { Diagnostic } from '../diagnostic.ts'
import { below } from '../source/pointer.ts'
import type { Node, SourceFile } from '../source/source-file.ts'
import { type Graph, keyOf, referenceIn, rootOf } from './graph.ts'
import type { Library, Refusal } from './library.ts'
import { parseReference, type Target } from './reference.ts'
import { referencesIn } from './references-in.ts'

/** Walks from the root along all references, each value once. The diagnostics name each missing target once. */
export async function collectReferences(root: SourceFile, library: Library, graph: Graph): Promise<Diagnostic[]> {
  const seen = new Set<object>()
  const problems = new Map<string, Problem>()
  const queue = [rootOf(root)]
  for (const start of queue) {
    for (const node of referencesIn(start, seen)) {
      const target = parseReference(referenceIn(node.value) ?? '', node.source.id)
      if (target && !library.peek(target.id)) await library.open(target.id, node.source)
      const next = target && graph.at(target)
      if (next) queue.push(next)
      for (const problem of problemsOf(node, target, next, library, graph)) merge(problems, problem)
    }
  }
  return [...library.leniences, ...[...problems.values()].map(toDiagnostic)]
}

interface Problem {
  readonly key: string
  readonly diagnostic: Omit<Diagnostic, 'at'> & Partial<Pick<Diagnostic, 'at'>>
  readonly node: Node
  readonly more: number
}

function merge(problems: Map<string, Problem>, problem: Problem): void {
  const known = problems.get(problem.key)
  problems.set(problem.key, known ? { ...known, more: known.more + 1 } : problem)
}

function toDiagnostic({ diagnostic, node, more }: Problem): Diagnostic {
  const message = more === 0 ? diagnostic.message : `${diagnostic.message} ${more} more references share this mistake.`
  return { ...diagnostic, message, at: diagnostic.at ?? node.source.locate(below(node.pointer, '$ref')) }
}

function problemsOf(
  node: Node,
  target: Target | undefined,
  next: Node | undefined,
  library: Library,
  graph: Graph,
): Problem[] {
  const reference = referenceIn(node.value) ?? ''
  if (!target) return [problem(`scheme ${reference}`, node, unsupported(reference))]
  const opened = library.peek(target.id)
  if (opened?.kind === 'refused') return [problem(`file ${target.id}`, node, { severity: 'error', ...opened.refusal })]
  if (opened?.kind === 'unreadable') return [problem(`file ${target.id}`, node, opened.diagnostic)]
  if (!next) return [problem(`target ${target.id}#${target.pointer}`, node, dangling(reference))]
  if (next.source.opaque && target.pointer !== '') return [problem(`text ${target.id}`, node, intoText(reference))]
  const followed = graph.follow(node)
  if (followed.kind !== 'cycle') return []
  const members = followed.chain.map(keyOf).sort()
  return [problem(`cycle ${members[0]}`, node, cycle(reference))]
}

/** Problems with one key are one mistake. */
function problem(key: string, node: Node, diagnostic: Problem['diagnostic']): Problem {
  return { key, node, diagnostic, more: 0 }
}

function unsupported(reference: string): Refusal & { severity: 'error' } {
  return {
    code: 'dangling_reference',
    severity: 'error',
    message: `"${reference}" is neither a path nor an http(s) address.`,
    fix: 'Refer to a pointer (#/…), a path, or a URL.',
  }
}

function dangling(reference: string): Refusal & { severity: 'error' } {
  return {
    code: 'dangling_reference',
    severity: 'error',
    message: `"${reference}" leads to nothing.`,
    fix: 'Correct the pointer, or define what it names.',
  }
}

function intoText(reference: string): Refusal & { severity: 'warn' } {
  return {
    code: 'reference_into_text',
    severity: 'warn',
    message: `"${reference}" points into a file that is neither YAML nor JSON; the whole text is kept and not analysed.`,
    fix: 'Refer to the file without a pointer.',
  }
}

function cycle(reference: string): Refusal & { severity: 'error' } {
  return {
    code: 'reference_cycle',
    severity: 'error',
    message: `"${reference}" leads through references alone, back to itself or without end.`,
    fix: 'Let one of the references lead to a definition.',
  }
}
