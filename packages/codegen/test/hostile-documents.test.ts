import { stripTypeScriptTypes } from 'node:module'
import type { Manifest } from '@longshore/manifest'
import { parseAst } from 'vite'
import { describe, expect, it } from 'vitest'
import { plan } from '../src/plan/plan.ts'
import { manifestOf } from './manifest-of.ts'

/** Texts that try to leave a comment, a string, a template, an identifier, a path or a regular expression and run `pwned`. */
const ATTACKS: readonly string[] = [
  '*/ pwned() /*',
  "'; pwned(); '",
  '"; pwned(); "',
  '`; pwned(); `',
  `$${'{pwned()}'}`,
  '\\',
  "\\'; pwned(); //",
  '\n pwned() //',
  '\r\n*/\npwned()\n/*',
  '\u2028pwned()//',
  '\u2029*/pwned()/*',
  '\u0000pwned()',
  '\u202e/* pwned() */',
  '<!-- pwned()',
  '-->pwned()',
  '}; pwned(); class X {',
  '(){} static { pwned() } //',
  '] = pwned(); //',
  '../../../pwned',
  '/pwned/../..',
  '__proto__',
  'constructor',
  '@ts-nocheck pwned',
  '#!pwned',
  '[a]/u; pwned(); /b',
]

/** Where a document can put a text. */
const PLACES: { readonly [place: string]: (text: string) => Manifest } = {
  'the name of the event': (name) => manifestOf({ name }),
  'the purpose': (purpose) => manifestOf({ purpose }),
  'the topic': (topic) =>
    manifestOf({ delivery: { topic: `a/{${topic}}/${topic}`, dlq: topic }, metadata: { ordering_key: topic } }),
  'the name of the schema': (schemaName) => manifestOf({ schemaName }),
  'the name of a member': (name) =>
    manifestOf({ pii: [name], payload: objectWith({ [name]: { type: 'string' } }, [name]) }),
  'the name of a definition': (name) =>
    manifestOf({
      payload: {
        ...objectWith({ a: { $ref: `#/$defs/${name.replaceAll('~', '~0').replaceAll('/', '~1')}` } }),
        $defs: Object.fromEntries([[name, { type: 'string', minLength: 2 }]]),
      },
    }),
  'values and descriptions': (text) =>
    manifestOf({
      payload: objectWith({
        a: { enum: [text, `${text}2`], description: text },
        b: { const: text },
        c: { type: 'string', pattern: text.replace(/[\\()[\]{}*+?]/g, '\\$&'), format: text, description: text },
        d: { type: 'object', patternProperties: { [text.replace(/[\\()[\]{}*+?]/g, '\\$&')]: { type: 'number' } } },
      }),
    }),
  'how messages are told apart': (value) =>
    manifestOf({ channel: value, toldApartBy: { kind: 'property', path: value, value }, patterns: [pattern(value)] }),
  'the example': (text) =>
    manifestOf({ examples: [{ id: '6f1c1f0e-5a0e-4d7e-9b58-2f2a7f0d3c11', email: 'a@example.com', x: text }] }),
}

function objectWith(properties: { readonly [name: string]: object }, required: readonly string[] = []) {
  return JSON.parse(
    JSON.stringify({ type: 'object', required, properties: Object.fromEntries(Object.entries(properties)) }),
  )
}

function pattern(text: string): Manifest['patterns']['detected'][number] {
  return { pattern: text, confidence: 1, severity: 'warn', message: text, recommendation: text, metadata: {} }
}

/** Names of the functions that a syntax tree calls anywhere. */
function* called(node: unknown): Iterable<string> {
  if (typeof node !== 'object' || node === null) return
  if ('callee' in node && typeof node.callee === 'object' && node.callee !== null && 'name' in node.callee)
    yield String(node.callee.name)
  for (const child of Object.values(node)) yield* called(child)
}

describe('a hostile document', () => {
  const cases = Object.entries(PLACES).flatMap(([place, make]) =>
    ATTACKS.map((text) => ({ place, manifest: make(text) })),
  )

  it(`runs no code of its own, in ${cases.length} attempts`, { timeout: 60_000 }, () => {
    expect(cases.length).toBeGreaterThanOrEqual(200)
    for (const { place, manifest: made } of cases) {
      const manifest: Manifest = { ...made, channel: { ...made.channel, actions: ['receive', 'send'] } }
      const sibling = { ...manifest, event: { ...manifest.event, name: 'sibling' } }
      const { files } = plan(place === 'how messages are told apart' ? [manifest, sibling] : [manifest], {
        runtime: 'package',
        producers: true,
      })
      for (const { path, text } of files) {
        expect(path).toMatch(/^[a-z0-9./-]+$|^support\/LICENSE$/)
        expect(path.split('/')).not.toContain('..')
        if (path.startsWith('support/')) continue
        const calls = new Set(called(parseAst(stripTypeScriptTypes(text))))
        expect(calls.has('pwned'), `${place}: ${path}`).toBe(false)
      }
    }
  })
})
