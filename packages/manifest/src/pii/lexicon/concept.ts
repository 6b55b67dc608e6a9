/**
 * A kind of personal data and the words people name it by. Phrases are separated by commas; their words are compared as words of a
 * name, in the singular and without accents: `date of birth` meets `dateOfBirth`, `date_of_birth` and `Date-Of-Birth`.
 */
export interface Concept {
  readonly category: string
  /** How sure such a name is in a place that says nothing more: 0.95 and up definite, 0.85 potential, 0.70 contextual. */
  readonly confidence: number
  readonly phrases: string
  /**
   * What must be known of the thing around it. `person`: a person must be near, because the word alone means nothing. `no thing`:
   * personal unless it belongs to a thing, an organisation or an animal. `address`: an address or a person must be near.
   * Default: personal wherever it stands.
   */
  readonly needs?: 'person' | 'no thing' | 'address'
  /** What the value is: a measure may be a number. Default `text`. */
  readonly value?: 'text' | 'any'
}
