import { describe, expect, it } from 'vitest'
import { LOAD_DEFAULTS } from '../load-options.ts'
import { readSource, type SourceFile } from './source-file.ts'

describe('a place in a source file', () => {
  it.each([
    ['/a', '2:3'],
    ['/a/b', '2:14'],
    ['/a/c', '3:3'],
    ['/a/c/1', '3:14'],
    ['/a/c/1/x~1y', '3:23'],
    ['/"quoted"', '5:17'],
    ['/missing/x', '1:1'],
  ])('%s of a JSON text is at %s', (pointer, place) => {
    const json = '{\n  "a": {"b": 1,\n  "c": ["}", { "x/y": null }]\n  },\n  "\\"quoted\\"": "\\\\\\"," }'
    expect(placeOf(read(json, 'a.json'), pointer)).toBe(place)
  })

  it.each([
    ['/a', '1:1'],
    ['/a/b', '2:6'],
    ['/a/list/1', '5:7'],
    ['/a/list/2/k', '6:12'],
    ['/copy/b', '2:6'],
    ['/merged/own', '10:8'],
    ['/text', '12:1'],
  ])('%s of a YAML text is at %s', (pointer, place) => {
    const yaml = `a: &a
  b: 1
  list:
    - 'x'
    - y
    - { k: v }

copy: *a
merged:
  own: 1
"text" : |
  first
`
    expect(placeOf(read(yaml, 'a.yaml'), pointer)).toBe(place)
  })

  it('ignores the spaces that were added to read a bracket indented too little', () => {
    const result = readSource(
      '/a.yaml',
      'a.yaml',
      'list:\n  all: [\n    1,\n  ]\n  b: 1\nmore: {\nx: 2\n}\n',
      LOAD_DEFAULTS,
    )
    expect(result).toMatchObject({
      source: { value: { list: { all: [1], b: 1 }, more: { x: 2 } } },
      lenience: { code: 'yaml_indentation', severity: 'warn' },
    })
    expect(result.kind === 'source' && placeOf(result.source, '/more/x')).toBe('7:4')
  })
})

function read(text: string, name: string): SourceFile {
  const result = readSource(`/${name}`, name, text, LOAD_DEFAULTS)
  if (result.kind === 'unreadable') throw new Error(result.diagnostic.message)
  return result.source
}

function placeOf(source: SourceFile, pointer: string): string {
  const { line, column } = source.locate(pointer)
  return `${line}:${column}`
}
