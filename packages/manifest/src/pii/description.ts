import { singular, wordsOf } from '../schema/names.ts'
import { type Bearer, bearerOfWords, isKnown } from './context.ts'
import { matchWords } from './name.ts'
import type { PhraseMatch } from './phrases.ts'

/**
 * What a description says the value is. Its first noun phrase is read like a name, and what follows `of` or `for` tells whose it
 * is: `E-mail address of the farmer.` Words later in the sentence say what is done with it and are left out: an `Alert name which
 * decides which e-mail addresses …` is no e-mail address.
 */
export function matchDescription(description: string): PhraseMatch | undefined {
  const { head, complement } = nounPhrase(description)
  const match = matchWords(head)
  if (!match) return undefined
  const bearer = bearerOfWords(complement.toReversed())
  return isKnown(bearer) ? { ...match, bearer } : match
}

/** Whose data a description says it is: what follows `of` (`Name of the airport`), else what stands before a known head (`Airport name`). */
export function bearerOfDescription(description: string): Bearer {
  const { head, complement } = nounPhrase(description)
  const bearer = bearerOfWords(complement.toReversed())
  return isKnown(bearer) ? bearer : (matchWords(head)?.bearer ?? 'none')
}

export interface NounPhrase {
  /** `e mail address`, without articles. */
  readonly head: readonly string[]
  /** What follows `of`, `for` or `in`: `farmer`. */
  readonly complement: readonly string[]
}

/** The first noun phrase of a text. */
export function nounPhrase(text: string): NounPhrase {
  const sentence = text.slice(0, LONGEST_SENTENCE).split(/[.;:,(\n]|\s[-–]\s/)[0] ?? ''
  const words = wordsOf(sentence.replace(/['’]s\b/g, ' ').replace(/\b(e)-(mail)/gi, '$1$2')).map(singular)
  const [before, after] = cut(
    words.filter((word) => !ARTICLES.has(word)),
    COMPLEMENT,
  )
  return { head: cut(before, CLAUSE)[0], complement: cut(after, CLAUSE)[0] }
}

const LONGEST_SENTENCE = 160
const ARTICLES = new Set('a an the this that individual unique optional required current'.split(' '))
const COMPLEMENT = new Set(['of', 'for', 'in', 'belonging'])
const CLAUSE = new Set(
  'which who whom where when used using to from as is are was were with if on by and or given provided associated assigned it'.split(
    ' ',
  ),
)

function cut(words: readonly string[], at: ReadonlySet<string>): readonly [readonly string[], readonly string[]] {
  const index = words.findIndex((word) => at.has(word))
  return index < 0 ? [words, []] : [words.slice(0, index), words.slice(index + 1)]
}
