import formats from 'ajv-formats/dist/formats.js'
import { describe, expect, it } from 'vitest'
import { randomNumbers } from '../../test/random-value.ts'
import { FORMATS } from '../validator/formats.ts'
import * as checks from './checks.ts'

const TEXTS: { readonly [format: string]: readonly string[] } = {
  date: ['2024-02-29', '2023-02-29', '1900-02-29', '2000-02-29', '2026-13-01', '2026-00-10', '2026-04-31', '26-1-1'],
  time: [
    '09:26:53Z',
    '23:59:60Z',
    '22:59:60Z',
    '00:59:60+01:00',
    '24:00:00Z',
    '09:26:53',
    '09:26:53+25:00',
    '09:26:53.5-0130',
  ],
  'date-time': [
    '2026-03-14T09:26:53Z',
    '2026-03-14 09:26:53z',
    '2026-02-30T09:26:53Z',
    '2026-03-14T09:26:53',
    '2026-03-31T23:59:60Z',
  ],
  duration: ['P1D', 'PT', 'P', 'P1Y2M3DT4H5M6S', 'P2W', 'P1W2D', '1D'],
  email: ['ada@example.com', 'ada@example', 'a b@example.com', '@example.com', 'ada.@example.com', 'a+b@x.co'],
  hostname: ['example.com', '-a.com', 'a..b', 'localhost', 'a'.repeat(64)],
  ipv4: ['192.0.2.1', '256.0.0.1', '01.2.3.4', '1.2.3', '1.2.3.4.5', '1.2.3.4.'],
  ipv6: [
    '::',
    '::1',
    '2001:db8::17',
    '1:2:3:4:5:6:7:8',
    '1:2:3:4:5:6:7',
    '1::2::3',
    '::ffff:192.0.2.1',
    '1:2:3:4:5:6:7::',
    '12345::',
    ':1',
    '1:',
  ],
  uuid: [
    '6f1c1f0e-5a0e-4d7e-9b58-2f2a7f0d3c11',
    'urn:uuid:6f1c1f0e-5a0e-4d7e-9b58-2f2a7f0d3c11',
    '6f1c1f0e5a0e4d7e9b582f2a7f0d3c11',
  ],
  uri: [
    'https://example.com/a?b#c',
    'mailto:ada@example.com',
    'urn:isbn:1',
    '//example.com',
    'https://[::1]:80/',
    'https://exa mple.com',
    'a:%zz',
    'http://[zz]/',
    'a',
  ],
  'uri-reference': ['/a/b', 'a?b', '#c', '', 'https://example.com', '//host/a', 'a b', '%'],
  'json-pointer': ['', '/a/b', '/a~1b', '/~2', 'a'],
  regex: ['^a$', '(', '[a'],
  byte: ['c2FtcGxl', 'c2Ft cGxl', 'abc', 'YQ=='],
}

/** Where the RFC is plain and ajv-formats differs: it takes `https:/[::1]` and `https://a:b.c`, and refuses `a:`. */
const RFC_3986 = new Set(['uri', 'uri-reference'])

type Judge = (text: string) => boolean

function theirs(format: string): Judge {
  const definition: unknown = Reflect.get(formats.fullFormats, format)
  const judge =
    typeof definition === 'object' && definition !== null && 'validate' in definition ? definition.validate : definition
  return (text) => (judge instanceof RegExp ? judge.test(text) : typeof judge === 'function' && judge(text) === true)
}

/** Texts with a character taken away, doubled or replaced. */
function mutations(texts: readonly string[], count: number): readonly string[] {
  const random = randomNumbers(3)
  return Array.from({ length: count }, () => {
    const text = texts[Math.floor(random() * texts.length)] ?? ''
    const at = Math.floor(random() * (text.length + 1))
    const put = ['', '', '0', '9', ':', '-', '/', '%41', '[', '@', '.', 'z', ' '][Math.floor(random() * 13)] ?? ''
    return text.slice(0, at) + put + text.slice(at + Math.floor(random() * 2))
  })
}

describe('a format', () => {
  for (const [format, texts] of Object.entries(TEXTS))
    it(`${format} is judged as ajv-formats judges it`, () => {
      const check: unknown = Reflect.get(checks, FORMATS.strings.get(format)?.check ?? '')
      const judge = theirs(format)
      const odd = [...texts, ...(RFC_3986.has(format) ? [] : mutations(texts, 2_000))].filter(
        (text) => typeof check !== 'function' || check(text) !== judge(text),
      )
      expect([...new Set(odd)].slice(0, 5)).toEqual([])
    })
})

describe('a URI', () => {
  it('is what RFC 3986 says', () => {
    expect(['a:', 'urn:a:b', 'https://a:80/b?c#d', 'https://[::1]/'].map(checks.isUri)).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect(['https://a:b.c', 'https:/[::1]', '1:2', 'https://a b', 'a:%4'].map(checks.isUri)).toEqual(
      Array(5).fill(false),
    )
    expect(['1:2', ':1', '//[1]/'].map(checks.isUriReference)).toEqual([false, false, false])
  })
})

describe('lengths', () => {
  it('are counted in code points', () => {
    expect(checks.isLonger('\u{1f600}\u{1f600}', 2)).toBe(false)
    expect(checks.isShorter('\u{1f600}', 2)).toBe(true)
  })
})

describe('multiples', () => {
  it('are told as people write them, not as binary holds them', () => {
    expect([19.99, 0.07, 4.35].map((amount) => checks.isMultiple(amount, 0.01))).toEqual([true, true, true])
    expect(checks.isMultiple(19.995, 0.01)).toBe(false)
    expect(checks.isMultiple(10, 3)).toBe(false)
  })
})

describe('uniqueness', () => {
  it('looks at values, so that order of members does not count and a text is no number', () => {
    expect(
      checks.isUnique([
        { a: 1, b: 2 },
        { b: 2, a: 1 },
      ]),
    ).toBe(false)
    expect(checks.isUnique([1, '1', [1], ['1'], { 1: 1 }, '[1]'])).toBe(true)
  })
})

describe('headers', () => {
  it('are read from their text, and left out when they do not read as their type', () => {
    interface Headers {
      readonly id: string
      readonly retries?: number
      readonly urgent?: boolean
      readonly kind?: 'a' | 'b'
    }
    const read = (headers: { readonly [name: string]: string }) =>
      checks.readHeaders<Headers>(headers, { id: 'text', retries: 'number', urgent: 'boolean', kind: ['a', 'b'] })
    expect(read({ id: '1', retries: '3', urgent: 'true', kind: 'b', other: 'x' })).toEqual({
      id: '1',
      retries: 3,
      urgent: true,
      kind: 'b',
    })
    expect(read({ retries: 'three', urgent: 'yes', kind: 'c' })).toEqual({})
  })
})
