import type { Headers } from '@longshore/runtime'

/** Code points that MQTT text should not have (section 1.5.4); Mosquitto drops the connection of whoever sends one. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about.
const FORBIDDEN = /[\u0000-\u001f\u007f-\u009f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]/u

/** How a value says that it is percent-encoded, under its name with a star: as in HTTP (RFC 8187, section 3.2.1). */
const ENCODED = "UTF-8''"

type UserProperties = { readonly [name: string]: string | readonly string[] }

/** Headers as user properties. A value that cannot travel as it is, a stack with its line ends, is percent-encoded. */
export function toUserProperties(headers: Headers): { [name: string]: string } {
  const entries = Object.entries(headers).map(([name, value]) =>
    FORBIDDEN.test(value) ? [`${name}*`, ENCODED + encodeURIComponent(wellFormed(value))] : [name, value],
  )
  return Object.fromEntries(entries)
}

/** Lone surrogates have no UTF-8; they become U+FFFD. */
function wellFormed(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\uFFFD')
}

/** Reads {@link toUserProperties} back. Of a name that comes twice the last value wins, as on Kafka. */
export function fromUserProperties(properties: UserProperties): Headers {
  return Object.fromEntries(
    Object.entries(properties).map(([name, given]) => {
      const value = typeof given === 'string' ? given : (given.at(-1) ?? '')
      return name.endsWith('*') && value.startsWith(ENCODED) ? [name.slice(0, -1), decoded(value)] : [name, value]
    }),
  )
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value.slice(ENCODED.length))
  } catch {
    return value
  }
}
