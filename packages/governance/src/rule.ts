import type { Severity } from '@longshore/contract'
import type { Manifest } from '@longshore/manifest'

/** One thing that is looked for in events: data that says when it speaks, and the one function that looks. */
export interface Rule {
  /** Code of its findings, lower snake case. */
  readonly code: string
  /** How loud it is, the loudest first where that depends. */
  readonly severities: readonly [Severity, ...Severity[]]
  /** One sentence: what it speaks of. */
  readonly about: string
  /** What happens to those who do not listen, or what to keep in mind. */
  readonly why: string
  /** A minimal AsyncAPI document, without its first line and `info`, in which it speaks. Its `info` may be given. */
  readonly bad: string
  /** The same document, put right. */
  readonly good: string
  readonly check: (manifest: Manifest, all: readonly Manifest[]) => readonly Finding[]
}

/** What a rule found in one event. */
export interface Finding {
  /** Default: the rule's loudest. */
  readonly severity?: Severity
  /** What is wrong, with the names involved. Never a value from a payload. */
  readonly message: string
  /** What to do next, in the imperative. */
  readonly fix: string
  /** RFC 6901; the nearest place that exists is shown. */
  readonly pointer: string
  /** 0 to 1 where the finding is a judgement. */
  readonly confidence?: number
}

/** The document of a rule's example, complete. */
export function exampleDocument(body: string): string {
  const info = body.startsWith('info:') ? '' : 'info: { title: Shop, version: 1.0.0 }\n'
  return `asyncapi: 3.0.0\n${info}${body}`
}
