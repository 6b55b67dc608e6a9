/** What printed validators call. It depends on nothing and is printed beside them as it is. */

/** One way a value fails its schema. */
export interface Violation {
  /** RFC 6901 JSON Pointer into the event; `*` stands for a member whose name the contract does not give. */
  readonly pointer: string
  /** The JSON Schema keyword: `required`, `type`. */
  readonly rule: string
  /** `must be a string`; never the value. */
  readonly message: string
}

/** The one answer for a valid value, so that checking allocates nothing until something is wrong. */
export const VALID: readonly Violation[] = Object.freeze([])

/** More are not collected: a long list of wrong elements is one mistake. */
const MAX_VIOLATIONS = 20

/** The value itself is wrong. */
export function fail(rule: string, message: string): readonly Violation[] {
  return [{ pointer: '', rule, message }]
}

/** `found`, and that the member or element `at` is wrong. */
export function add(
  found: readonly Violation[],
  at: string | number,
  rule: string,
  message: string,
): readonly Violation[] {
  return found.length < MAX_VIOLATIONS ? [...found, { pointer: pointerOf(at), rule, message }] : found
}

/** `found`, and what was found inside the member or element `at`. */
export function within(
  found: readonly Violation[],
  at: string | number,
  inner: readonly Violation[],
): readonly Violation[] {
  if (inner === VALID) return found
  const moved = inner.map((violation) => ({ ...violation, pointer: pointerOf(at) + violation.pointer }))
  return [...found, ...moved].slice(0, MAX_VIOLATIONS)
}

/** `found`, and what another schema found in the same value. */
export function merge(found: readonly Violation[], other: readonly Violation[]): readonly Violation[] {
  if (other === VALID) return found
  return found === VALID ? other : [...found, ...other].slice(0, MAX_VIOLATIONS)
}

function pointerOf(at: string | number): string {
  return typeof at === 'number' ? `/${at}` : `/${at.replaceAll('~', '~0').replaceAll('/', '~1')}`
}

export function isObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** JSON numbers are finite; `1e999` is read as infinite. */
export function isNumber(value: unknown): value is number {
  return typeof value === 'number' && Number.isFinite(value)
}

export function isInteger(value: unknown): value is number {
  return Number.isInteger(value)
}

/** A member of the value's own, where the name is also one of every object: `constructor`. */
export function own(value: { readonly [name: string]: unknown }, name: string): unknown {
  return Object.hasOwn(value, name) ? value[name] : undefined
}

/** A member by its path, the names joined by dots: `meta.type`. A name may hold dots itself. */
export function memberAt(value: unknown, path: string): unknown {
  if (!isObject(value)) return undefined
  if (Object.hasOwn(value, path)) return value[path]
  const dot = path.indexOf('.')
  return dot === -1 ? undefined : memberAt(own(value, path.slice(0, dot)), path.slice(dot + 1))
}

/** Lengths are counted in code points, as JSON Schema does. */
export function isShorter(text: string, length: number): boolean {
  return text.length < length || (text.length < 2 * length && codePoints(text) < length)
}

export function isLonger(text: string, length: number): boolean {
  return text.length > length && codePoints(text) > length
}

function codePoints(text: string): number {
  let count = 0
  for (const _ of text) count += 1
  return count
}

/** Decimal divisors are compared with tolerance: 19.99 is a multiple of 0.01, though not in binary. */
export function isMultiple(value: number, divisor: number): boolean {
  if (Number.isInteger(divisor)) return value % divisor === 0
  const quotient = value / divisor
  return Math.abs(quotient - Math.round(quotient)) <= 1e-8
}

/** Equality of JSON values; the order of members does not count. */
export function isEqual(left: unknown, right: unknown): boolean {
  if (left === right) return true
  if (Array.isArray(left) && Array.isArray(right))
    return left.length === right.length && left.every((item, index) => isEqual(item, right[index]))
  if (!isObject(left) || !isObject(right)) return false
  const names = Object.keys(left)
  return (
    names.length === Object.keys(right).length &&
    names.every((name) => Object.hasOwn(right, name) && isEqual(left[name], right[name]))
  )
}

/** No two elements are equal. Cost grows with the size of the list, not with its square. */
export function isUnique(list: readonly unknown[]): boolean {
  if (list.length < 2) return true
  const seen = new Set<unknown>()
  for (const item of list) seen.add(typeof item === 'object' && item !== null ? canonical(item) : scalar(item))
  return seen.size === list.length
}

/** Text that equal lists and objects share, and no string: strings are marked by {@link scalar}. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`
  if (!isObject(value)) return JSON.stringify(value)
  const names = Object.keys(value).sort()
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join()}}`
}

function scalar(value: unknown): unknown {
  return typeof value === 'string' ? `"${value}` : value
}

/** How many members an object has. */
export function size(value: { readonly [name: string]: unknown }): number {
  return Object.keys(value).length
}

/** How the text of a header is read: as it is, as a number, as a boolean, or as one of some texts. */
export type HeaderReading = 'text' | 'number' | 'boolean' | readonly string[]

/** Header name to text, as every transport hands it over. */
export interface HeaderTexts {
  readonly [name: string]: string
}

/** Headers from their texts; one that is missing, or does not read as asked, is left out. */
export function readHeaders<Read>(
  headers: HeaderTexts,
  readings: { readonly [Name in keyof Read]-?: HeaderReading },
): Partial<Read> {
  const entries = Object.entries<HeaderReading>(readings).map(([name, reading]) => {
    const text = Object.hasOwn(headers, name) ? headers[name] : undefined
    return [name, text === undefined ? undefined : readHeader(text, reading)]
  })
  // Each member was read as the type that its reading stands for.
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Partial<Read>
}

function readHeader(text: string, reading: HeaderReading): string | number | boolean | undefined {
  if (reading === 'text') return text
  if (reading === 'boolean') return text === 'true' ? true : text === 'false' ? false : undefined
  if (reading === 'number') return text.trim() !== '' && isNumber(Number(text)) ? Number(text) : undefined
  return reading.includes(text) ? text : undefined
}

/** The formats of JSON Schema and OpenAPI that are checked; each name is that of the format with `is` before it. */

const DATE = /^\d{4}-\d\d-\d\d$/
const DAYS = [0, 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]

/** RFC 3339 full-date. */
export function isDate(text: string): boolean {
  if (!DATE.test(text)) return false
  const [year, month, day] = [Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8))]
  return day >= 1 && day <= (month === 2 && isLeap(year) ? 29 : (DAYS[month] ?? 0))
}

function isLeap(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
}

const TIME = /^(\d\d):(\d\d):(\d\d(?:\.\d+)?)(?:z|([+-])(\d\d)(?::?(\d\d))?)$/i

/** RFC 3339 full-time; a leap second only at the end of a UTC day. */
export function isTime(text: string): boolean {
  const match = TIME.exec(text)
  if (match === null) return false
  const [hour = 0, minute = 0, second = 0] = match.slice(1, 4).map(Number)
  const [zoneHour, zoneMinute] = [Number(match[5] ?? 0), Number(match[6] ?? 0)]
  if (zoneHour > 23 || zoneMinute > 59) return false
  if (hour <= 23 && minute <= 59 && second < 60) return true
  const zone = match[4] === '-' ? -1 : 1
  const utcMinute = minute - zoneMinute * zone
  const utcHour = hour - zoneHour * zone - (utcMinute < 0 ? 1 : 0)
  return (utcHour === 23 || utcHour === -1) && (utcMinute === 59 || utcMinute === -1) && second < 61
}

/** Days that every year has, seconds that every minute has: nearly all there are, told by one look. */
const USUAL_DATE_TIME =
  /^\d{4}-(?:(?:0[1-9]|1[0-2])-(?:0[1-9]|1\d|2[0-8])|(?:0[13-9]|1[0-2])-(?:29|30)|(?:0[13578]|1[02])-31)T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?(?:Z|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/

/** RFC 3339 date-time, with its time zone. */
export function isDateTime(text: string): boolean {
  if (USUAL_DATE_TIME.test(text)) return true
  const middle = text.charAt(10)
  return (middle === 'T' || middle === 't' || middle === ' ') && isDate(text.slice(0, 10)) && isTime(text.slice(11))
}

const DURATION = /^P(?!$)((\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+S)?)?|(\d+W)?)$/

/** RFC 3339 appendix A. */
export function isDuration(text: string): boolean {
  return DURATION.test(text)
}

const EMAIL =
  /^[a-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[a-z0-9!#$%&'*+/=?^_`{|}~-]+)*@(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z0-9](?:[a-z0-9-]*[a-z0-9])?$/i

/** Plain words on either side: nearly all there are, told by one look. */
const USUAL_EMAIL = /^[\w+-]+(?:\.[\w+-]+)*@(?:[a-zA-Z0-9]+\.)+[a-zA-Z0-9]+$/

export function isEmail(text: string): boolean {
  return USUAL_EMAIL.test(text) || EMAIL.test(text)
}

const HOST_NAME =
  /^(?=.{1,253}\.?$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[-0-9a-z]{0,61}[0-9a-z])?)*\.?$/i

/** RFC 1123. */
export function isHostName(text: string): boolean {
  return HOST_NAME.test(text)
}

const IPV4 = /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)(?:\.(?!$)|$)){4}$/

export function isIpv4(text: string): boolean {
  return IPV4.test(text)
}

/** RFC 4291: eight groups, one run of them may be `::`, the last two may be an IPv4 address. */
export function isIpv6(text: string): boolean {
  if (text.length > 45) return false
  const halves = text.split('::')
  if (halves.length > 2) return false
  const [head, tail] = halves.map((half) => (half === '' ? [] : half.split(':')))
  const groups = [...(head ?? []), ...(tail ?? [])]
  const last = groups.at(-1) ?? ''
  const embedded = last.includes('.')
  if (embedded && (!isIpv4(last) || (tail !== undefined && tail.length === 0))) return false
  const hex = embedded ? groups.slice(0, -1) : groups
  const count = hex.length + (embedded ? 2 : 0)
  return hex.every((part) => /^[0-9a-f]{1,4}$/i.test(part)) && (tail === undefined ? count === 8 : count <= 7)
}

const UUID = /^(?:urn:uuid:)?[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i

/** RFC 9562. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}

const SCHEME = /^[a-z][a-z0-9+.-]*:/i
const AUTHORITY = /^\/\/(?:[a-z0-9\-._~!$&'()*+,;=:%]*@)?(\[[^\]]*\]|[a-z0-9\-._~!$&'()*+,;=%]*)(?::\d*)?$/i
const AFTER_AUTHORITY =
  /^[a-z0-9\-._~!$&'()*+,;=:@%/]*(?:\?[a-z0-9\-._~!$&'()*+,;=:@%/?]*)?(?:#[a-z0-9\-._~!$&'()*+,;=:@%/?]*)?$/i

/** An address on the web or the like of it: nearly all there are, told by one look. */
const USUAL_URI = /^[a-z][a-z0-9+.-]*:\/\/[a-z0-9.-]+(?::\d+)?(?:\/[a-z0-9\-._~/]*)?$/i

/** RFC 3986, with a scheme. */
export function isUri(text: string): boolean {
  if (USUAL_URI.test(text)) return true
  const scheme = SCHEME.exec(text)?.[0]
  return scheme !== undefined && isRelativePart(text.slice(scheme.length))
}

/** RFC 3986, with or without a scheme. */
export function isUriReference(text: string): boolean {
  if (isUri(text)) return true
  const [first = ''] = text.split(/[/?#]/, 1)
  return !first.includes(':') && isRelativePart(text)
}

function isRelativePart(text: string): boolean {
  if (/%(?![0-9a-f]{2})/i.test(text)) return false
  const authority = text.startsWith('//') ? (/^\/\/[^/?#]*/.exec(text)?.[0] ?? '') : ''
  if (authority !== '' && !isAuthority(authority)) return false
  return AFTER_AUTHORITY.test(text.slice(authority.length))
}

function isAuthority(text: string): boolean {
  const host = AUTHORITY.exec(text)?.[1]
  if (host === undefined) return false
  return (
    !host.startsWith('[') || isIpv6(host.slice(1, -1)) || /^\[v[0-9a-f]+\.[a-z0-9\-._~!$&'()*+,;=:]+\]$/i.test(host)
  )
}

const JSON_POINTER = /^(?:\/(?:[^~/]|~0|~1)*)*$/

/** RFC 6901. */
export function isJsonPointer(text: string): boolean {
  return JSON_POINTER.test(text)
}

export function isRegExp(text: string): boolean {
  try {
    return new RegExp(text, 'u') instanceof RegExp
  } catch {
    return false
  }
}

const BASE64 = /^(?:[a-z0-9+/]{4})*(?:[a-z0-9+/]{2}==|[a-z0-9+/]{3}=)?$/i

export function isBase64(text: string): boolean {
  return BASE64.test(text)
}

export function isInt32(value: number): boolean {
  return Number.isInteger(value) && value >= -(2 ** 31) && value < 2 ** 31
}
