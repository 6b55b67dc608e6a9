import { wordsOf } from '../schema/names.ts'

/**
 * Event names that stay the same while documents move: `urn:events:{domain}:{entity}:{action}`.
 *
 * ```
 * urn     = "urn:events:" part ":" part ":" part
 * part    = word *( "-" word )
 * word    = 1*( %x61-7A / DIGIT )        ; lower-case letters and digits
 * ```
 */
export interface EventUrn {
  /** Area of the business: `identity`. */
  readonly domain: string
  /** What the event is about: `user`. */
  readonly entity: string
  /** What happened to it: `created`. */
  readonly action: string
}

const PREFIX = 'urn:events:'
const PART = /^[a-z0-9]+(-[a-z0-9]+)*$/
const LONGEST_PART = 80

/** Writes a URN. Parts are normalised: `UserAccount` becomes `user-account`; an empty part becomes `unknown`. */
export function buildURN({ domain, entity, action }: EventUrn): string {
  return `${PREFIX}${urnPart(domain)}:${urnPart(entity)}:${urnPart(action)}`
}

/** Reads a URN; `undefined` when the text is none. */
export function parseURN(text: string): EventUrn | undefined {
  if (!text.startsWith(PREFIX)) return undefined
  const [domain, entity, action, ...rest] = text.slice(PREFIX.length).split(':')
  if (domain === undefined || entity === undefined || action === undefined || rest.length > 0) return undefined
  return [domain, entity, action].every((part) => PART.test(part)) ? { domain, entity, action } : undefined
}

/** Whether the text is a URN of an event. */
export function validateURN(text: string): boolean {
  return parseURN(text) !== undefined
}

/** One part of a URN: lower case, words joined by hyphens. */
export function urnPart(text: string): string {
  const part = wordsOf(text).map(toAscii).filter(Boolean).join('-').slice(0, LONGEST_PART).replace(/-+$/, '')
  return part === '' ? 'unknown' : part
}

function toAscii(word: string): string {
  return word.replace(/[^a-z0-9]/g, '')
}
