import type { Json, JsonObject } from '@longshore/contract'
import { asArray, asText } from '../schema/json.ts'
import { rememberedFor } from '../schema/remembered.ts'

/** A kind of personal data that the values themselves show. */
export interface ValueMatch {
  readonly category: string
  readonly confidence: number
  /** Where it was seen: `format email`. Never the value. */
  readonly evidence: string
}

/** What `format`, `pattern`, examples and the default of a schema show. */
export function matchValues(schemas: readonly JsonObject[]): readonly ValueMatch[] {
  return schemas.some((schema) => matchesOf(schema).length > 0) ? schemas.flatMap(matchesOf) : NONE
}

const NONE: readonly ValueMatch[] = []

const matchesOf = rememberedFor((schema: JsonObject): readonly ValueMatch[] => [
  ...byFormat(schema),
  ...byPattern(schema),
  ...byExamples(schema),
])

const FORMATS: ReadonlyMap<string, readonly [category: string, confidence: number]> = new Map([
  ['email', ['email', 0.97]],
  ['idn-email', ['email', 0.97]],
  ['phone', ['phone', 0.96]],
  ['phone-number', ['phone', 0.96]],
  ['tel', ['phone', 0.96]],
  ['e164', ['phone', 0.96]],
  ['password', ['credentials', 0.96]],
  ['ipv4', ['ip_address', 0.8]],
  ['ipv6', ['ip_address', 0.8]],
  ['ip', ['ip_address', 0.8]],
  ['ip-address', ['ip_address', 0.8]],
  ['credit-card', ['payment_card', 0.97]],
  ['iban', ['financial_account', 0.97]],
  ['ssn', ['government_id', 0.97]],
  ['mac', ['device_id', 0.8]],
  ['mac-address', ['device_id', 0.8]],
])

function byFormat({ format }: JsonObject): readonly ValueMatch[] {
  const name = asText(format)?.toLowerCase().replaceAll('_', '-')
  const known = name === undefined ? undefined : FORMATS.get(name)
  return known ? [{ category: known[0], confidence: known[1], evidence: `format ${name}` }] : []
}

/** Pieces of regular expressions that only such data needs. Patterns are compared as text and never run. */
const PATTERNS: readonly (readonly [piece: RegExp, category: string, confidence: number])[] = [
  [/[*+})\]]\\?@/, 'email', 0.93],
  [/\\d\{3\}-\??\\d\{2\}-\??\\d\{4\}/, 'government_id', 0.95],
  [/^\^?\[A-Z\]\{2\}(\\d|\[0-9\])\{2\}.*(\\d|\[A-Z0-9\]|\[0-9\])/, 'financial_account', 0.9],
  [/\{2\}.*[:-].*\{5\}/, 'device_id', 0.8],
  [/^\^?\(?\\\+\??\)?\\?[?(]?(\[0-9\]|\\d|\[1-9\])/, 'phone', 0.88],
]

function byPattern({ pattern }: JsonObject): readonly ValueMatch[] {
  const text = asText(pattern)
  const hit = text === undefined ? undefined : PATTERNS.find(([piece]) => piece.test(text.slice(0, 300)))
  return hit ? [{ category: hit[1], confidence: hit[2], evidence: 'pattern' }] : []
}

const SHAPES: readonly (readonly [shape: RegExp, category: string, confidence: number])[] = [
  [/^[^@\s]+@[^@\s]+\.[a-z]{2,}$/i, 'email', 0.93],
  [/^[A-Z]{2}\d{2} ?([A-Z0-9]{4} ?){2,7}[A-Z0-9]{1,4}$/, 'financial_account', 0.9],
  [/^\+\d[\d ()-]{7,17}$/, 'phone', 0.9],
  [/^\d{3}-\d{2}-\d{4}$/, 'government_id', 0.9],
  [/^(\d{4}[ -]?){3}\d{4}$/, 'payment_card', 0.86],
  [/^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$/i, 'device_id', 0.78],
  [/^(\d{1,3}\.){3}\d{1,3}$/, 'ip_address', 0.72],
  [/^eyJ[\w-]+\.eyJ/, 'credentials', 0.95],
]

function byExamples(schema: JsonObject): readonly ValueMatch[] {
  const texts = exampleTexts(schema)
  const hit = SHAPES.find(([shape]) => texts.length > 0 && texts.every((text) => shape.test(text)))
  return hit ? [{ category: hit[1], confidence: hit[2], evidence: 'examples' }] : []
}

const MOST_EXAMPLES = 20
const LONGEST_EXAMPLE = 100

function exampleTexts({ examples, example, default: fallback }: JsonObject): readonly string[] {
  const values: readonly (Json | undefined)[] = [...asArray(examples).slice(0, MOST_EXAMPLES), example, fallback]
  return values
    .map(asText)
    .filter((text) => text !== undefined)
    .filter(({ length }) => length <= LONGEST_EXAMPLE)
}
