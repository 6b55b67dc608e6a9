import { loadAll } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { yamlDocuments } from './yaml.ts'

const HOSTILE = [
  'plain-name_1.x',
  'true',
  'No',
  'null',
  '~',
  '',
  ' lead',
  'trail ',
  '1.5',
  '0x1f',
  '1e3',
  '2026-01-01',
  '.inf',
  'a: b',
  'a #b',
  '- a',
  '--- ',
  '...',
  "it's",
  '"quoted"',
  'back\\slash',
  'line\nbreak\n---\nkind: KafkaUser',
  '\r\n\t\0',
  '\u0085\u2028\u2029\ufeff',
  '\u202eright to left',
  '&anchor',
  '*alias',
  '!!js/function x',
  '{a: b}',
  '[a]',
  '%YAML 1.1',
  '@x',
  '`x`',
  'ü',
  '\u{1f600}',
]

describe('printed YAML', () => {
  it.each(HOSTILE.map((text) => [JSON.stringify(text), text]))('holds %s as the text it is', (_, text) => {
    const document = { kind: 'Topic', metadata: { name: text, [`key ${text}`]: text }, list: [text, { name: text }] }
    expect(loadAll(yamlDocuments('header', [document, document]))).toEqual([document, document])
  })

  it('leaves out what is undefined, and writes what is empty as such', () => {
    expect(
      yamlDocuments('header', [{ spec: { a: undefined, list: [], map: {}, count: 3, flag: true } as never }]),
    ).toBe('# header\n---\nspec:\n  list: []\n  map: {}\n  count: 3\n  flag: true\n')
  })

  it('nests lists in lists', () => {
    const document = { rows: [[1, 2], [['a']], { b: ['c', { d: [] }] }] }
    expect(loadAll(yamlDocuments('header', [document]))).toEqual([document])
  })
})
