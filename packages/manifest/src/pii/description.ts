import { singular, wordsOf } from '../schema/names.ts'
import { remembered } from '../schema/remembered.ts'
import { type Bearer, bearerOfWords, isKnown } from './context.ts'
import { matchWords } from './name.ts'
import type { PhraseMatch } from './phrases.ts'

/** What a description says of a value. */
export interface Described {
  /** The kind of data it names. */
  readonly match?: PhraseMatch | undefined
  /** Whose data it is: what follows `of` (`Name of the airport`), else what stands before a known head (`Airport name`). */
  readonly bearer: Bearer
}

/**
 * What a description says the value is. Its first noun phrase is read like a name, and what follows `of` or `for` tells whose it
 * is: `E-mail address of the farmer.` Words later in the sentence say what is done with it and are left out: an `Alert name which
 * decides which e-mail addresses …` is no e-mail address.
 */
export const describe: (description: string) => Described = remembered((description) => {
  const { head, complement } = nounPhrase(description)
  const bearer = bearerOfWords(complement)
  const match = matchWords(head)
  if (!match) return { bearer: isKnown(bearer) ? bearer : 'none' }
  const own = isKnown(match.bearer) || complement.length === 0 ? match : { ...match, bearer }
  return { match: own, bearer: isKnown(bearer) ? bearer : match.bearer }
})

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
  const [before, after] = cut(words, COMPLEMENT)
  const [complement] = cut(withoutFillers(after), STOPS)
  return { head: withoutFillers(cut(before, CLAUSE)[0]), complement }
}

const LONGEST_SENTENCE = 160
const ARTICLES = wordSet('a an the this that')
const FILLERS = wordSet('individual unique optional required current associated assigned')
const COMPLEMENT = wordSet('of for in with belonging')
/** Words that begin a part of the sentence that says what is done with the value. */
const CLAUSE = wordSet(
  'which who whom where when why how whether used using to from as is are was were if on by and or given provided it',
)
const STOPS: ReadonlySet<string> = new Set([...COMPLEMENT, ...CLAUSE, ...ARTICLES])

/** Leaves out fillers and the articles at the beginning; a later article begins another phrase: `the person the parcel is for`. */
function withoutFillers(words: readonly string[]): readonly string[] {
  const told = words.filter((word) => !FILLERS.has(word))
  const start = told.findIndex((word) => !ARTICLES.has(word))
  return start < 0 ? [] : told.slice(start)
}

function cut(words: readonly string[], at: ReadonlySet<string>): readonly [readonly string[], readonly string[]] {
  const index = words.findIndex((word) => at.has(word))
  return index < 0 ? [words, []] : [words.slice(0, index), words.slice(index + 1)]
}

function wordSet(words: string): ReadonlySet<string> {
  return new Set(words.split(' '))
}
