import type { JsonObject } from '@longshore/contract'
import { numberOf, stringOf } from '../schema/keywords.ts'
import { textForPattern } from './text-for-pattern.ts'

/** A text that is probably what the schema asks for; `name` makes texts without rules tell where they come from. */
export function sampleText(schema: JsonObject, name: string): string {
  const pattern = stringOf(schema, 'pattern')
  const format = stringOf(schema, 'format')
  const text =
    BY_FORMAT.get(format ?? '') ?? (pattern === undefined ? undefined : textForPattern(pattern)) ?? `sample ${name}`
  const most = numberOf(schema, 'maxLength') ?? text.length
  return [...text]
    .slice(0, most)
    .join('')
    .padEnd(Math.min(numberOf(schema, 'minLength') ?? 0, LONGEST), 'x')
}

/** A contract that asks for more gets no sample. */
const LONGEST = 2_000

const BY_FORMAT: ReadonlyMap<string, string> = new Map([
  ['date', '2026-03-14'],
  ['time', '09:26:53Z'],
  ['date-time', '2026-03-14T09:26:53Z'],
  ['duration', 'PT15M'],
  ['email', 'ada.lovelace@example.com'],
  ['hostname', 'host.example.com'],
  ['ipv4', '192.0.2.17'],
  ['ipv6', '2001:db8::17'],
  ['uuid', '6f1c1f0e-5a0e-4d7e-9b58-2f2a7f0d3c11'],
  ['uri', 'https://example.com/sample'],
  ['uri-reference', '/sample'],
  ['json-pointer', '/sample'],
  ['regex', '^sample$'],
  ['byte', 'c2FtcGxl'],
])
