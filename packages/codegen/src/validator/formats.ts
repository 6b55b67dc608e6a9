/** The check behind each `format`, and how a violation names it. A format that is not listed is an annotation. */
export interface Format {
  /** Name of a function in checks.ts. */
  readonly check: string
  readonly name: string
}

const strings: readonly (readonly [string, Format])[] = [
  ['date', { check: 'isDate', name: 'a date (RFC 3339)' }],
  ['time', { check: 'isTime', name: 'a time with its zone (RFC 3339)' }],
  ['date-time', { check: 'isDateTime', name: 'a date and time with its zone (RFC 3339)' }],
  ['duration', { check: 'isDuration', name: 'a duration (ISO 8601)' }],
  ['email', { check: 'isEmail', name: 'an e-mail address' }],
  ['hostname', { check: 'isHostName', name: 'a host name' }],
  ['ipv4', { check: 'isIpv4', name: 'an IPv4 address' }],
  ['ipv6', { check: 'isIpv6', name: 'an IPv6 address' }],
  ['uuid', { check: 'isUuid', name: 'a UUID' }],
  ['uri', { check: 'isUri', name: 'a URI' }],
  ['uri-reference', { check: 'isUriReference', name: 'a URI reference' }],
  ['json-pointer', { check: 'isJsonPointer', name: 'a JSON Pointer' }],
  ['regex', { check: 'isRegExp', name: 'a regular expression' }],
  ['byte', { check: 'isBase64', name: 'base64' }],
]

const numbers: readonly (readonly [string, Format])[] = [
  ['int32', { check: 'isInt32', name: 'a 32-bit integer' }],
  ['int64', { check: 'isInteger', name: 'an integer' }],
]

export const FORMATS = Object.freeze({
  strings: new Map(strings) as ReadonlyMap<string, Format>,
  numbers: new Map(numbers) as ReadonlyMap<string, Format>,
})
