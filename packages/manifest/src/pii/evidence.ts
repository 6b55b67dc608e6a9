import type { Bearer } from './context.ts'
import type { Concept } from './lexicon/concept.ts'
import type { PhraseMatch } from './phrases.ts'
import type { ValueMatch } from './values.ts'

/** What was found about one value. */
export interface Evidence {
  /** Words of its name, singular. */
  readonly words: readonly string[]
  readonly name?: PhraseMatch | undefined
  readonly typeName?: PhraseMatch | undefined
  /** What it is the plain value of: `phone` for `phone.number`. */
  readonly container?: PhraseMatch | undefined
  readonly description?: PhraseMatch | undefined
  /** Whose data the description says it is. */
  readonly described: Bearer
  readonly values: readonly ValueMatch[]
}

/** One way to understand the value. */
export interface Reading extends Omit<Concept, 'phrases'> {
  /** Whose it is by the words beside the phrase. */
  readonly bearer: Bearer
  readonly evidence: string
}
