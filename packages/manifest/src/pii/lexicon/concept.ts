import type { BearerClass } from './bearers.ts'

/**
 * A kind of personal data and the words people name it by. Phrases are separated by commas; their words are compared as words of a
 * name, in the singular and without accents: `date of birth` meets `dateOfBirth`, `date_of_birth` and `Date-Of-Birth`.
 */
export interface Concept {
  readonly category: string
  /** How sure such a name is in a place that says nothing more: 0.95 and up definite, 0.85 potential, 0.70 contextual. */
  readonly confidence: number
  readonly phrases: string
  /** What must be known of the thing around it: that it is a person, or a person or an address. Default: nothing. */
  readonly needs?: 'person' | 'address'
  /** Whose such data is not personal: the address of a warehouse, the image of a product. Default: an animal's. */
  readonly not?: readonly BearerClass[]
  /** Only where the phrase is the whole name: `token`, but not `pageToken`. */
  readonly alone?: true
  /** What the value is: a measure may be a number or one of a few words. Default `text`. */
  readonly value?: 'text' | 'any'
}

/** Whatever is no person, no group of people, and no dealing between people. */
export const THINGS: readonly BearerClass[] = ['animal', 'place', 'machine', 'thing']
export const THINGS_AND_GROUPS: readonly BearerClass[] = [...THINGS, 'organisation']
/** Whatever stands at one place or serves many. */
export const FIXTURES: readonly BearerClass[] = ['animal', 'place', 'machine']
