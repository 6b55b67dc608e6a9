/** Puts text from a document into source code so that it can neither end a string nor hide in one. */

/** A single-quoted string literal; double-quoted when that needs fewer escapes, as formatters prefer. */
export function quote(text: string): string {
  if (PLAIN.test(text)) return `'${text}'`
  const double = count(text, "'") > count(text, '"')
  const mark = double ? '"' : "'"
  return mark + text.replace(double ? UNSAFE_IN_DOUBLE : UNSAFE_IN_SINGLE, escapeCharacter) + mark
}

/** A property name as code: bare when it is an identifier, else quoted. */
export function propertyKey(name: string): string {
  return isIdentifier(name) ? name : quote(name)
}

/** Access to a property: `.email`, `['x-request-id']`. */
export function access(name: string): string {
  return isIdentifier(name) ? `.${name}` : `[${quote(name)}]`
}

/** ASCII only: letters that look alike are quoted, so that a reader sees them. `__proto__` is never bare: in a literal it is syntax. */
export function isIdentifier(name: string): boolean {
  return /^[A-Za-z_$][A-Za-z0-9_$]*$/.test(name) && name !== '__proto__'
}

/** Printable ASCII without quote and backslash. */
const PLAIN = /^[\x20-\x26\x28-\x5b\x5d-\x7e]*$/

/** Line separators, control and format characters: bidirectional marks could make code read unlike it runs. */
const UNSAFE_IN_SINGLE = /[\\'\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu
const UNSAFE_IN_DOUBLE = /[\\"\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu
const SHORT: { readonly [character: string]: string } = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }

function escapeCharacter(character: string): string {
  if (character === '\\' || character === "'" || character === '"') return `\\${character}`
  const short = SHORT[character]
  if (short !== undefined) return short
  const point = character.codePointAt(0) ?? 0
  return point > 0xffff ? `\\u{${point.toString(16)}}` : `\\u${point.toString(16).padStart(4, '0')}`
}

function count(text: string, mark: string): number {
  return text.split(mark).length - 1
}
