import { describe, expect, it } from 'vitest'
import type { Diagnostic } from '../diagnostic.ts'
import { renderDiagnostics } from './render-diagnostics.ts'
import { toSarif } from './to-sarif.ts'

const DANGLING: Diagnostic = {
  code: 'dangling_reference',
  severity: 'error',
  message: '"#/a" leads to nothing.',
  fix: 'Correct the pointer.',
  at: { file: 'my shop.yaml', line: 2, column: 9, pointer: '/m/$ref' },
}

describe('rendered diagnostics', () => {
  it('show the place, the line, and what to do', () => {
    expect(renderDiagnostics([DANGLING], { text: () => "m:\n  $ref: '#/a'\n" }).split('\n')).toEqual([
      'error dangling_reference my shop.yaml:2:9',
      '  "#/a" leads to nothing.',
      "  2 |   $ref: '#/a'",
      '    |         ^',
      '  fix: Correct the pointer.',
      '',
    ])
  })

  it('cut lines that are too long for a terminal around the column', () => {
    const at = { ...DANGLING.at, line: 1, column: 501 }
    const lines = renderDiagnostics([{ ...DANGLING, at }], {
      text: () => `${' '.repeat(500)}X${'y'.repeat(500)}`,
    }).split('\n')
    expect(lines[2]).toHaveLength('  1 | '.length + 120)
    expect(lines[2]?.[lines[3]?.indexOf('^') ?? 0]).toBe('X')
  })

  it('do without a frame when the text is gone', () => {
    expect(renderDiagnostics([DANGLING]).split('\n')).toHaveLength(4)
  })

  it('never pass on control characters of the document', () => {
    const text = renderDiagnostics([{ ...DANGLING, message: 'a\u001b[2Jb\r' }], { text: () => 'x\n\u001b[31m\tred' })
    expect(text).not.toMatch(/[^\P{Cc}\n]/u)
  })

  it('are coloured on demand only', () => {
    expect(renderDiagnostics([DANGLING], { color: true })).toContain('\u001b[31merror')
  })
})

describe('a SARIF log', () => {
  it('has one rule per code and one result per diagnostic', () => {
    const judged: Diagnostic = { ...DANGLING, code: 'missing_dlq', severity: 'warn', confidence: 0.9 }
    const [run] = toSarif([DANGLING, judged, DANGLING], {
      version: '1.2.3',
      rules: [{ code: 'missing_dlq', about: 'A DLQ.' }],
    }).runs
    expect(run?.tool.driver).toEqual({
      name: 'longshore',
      version: '1.2.3',
      rules: [
        { id: 'dangling_reference', shortDescription: { text: 'Every `$ref` leads to something.' } },
        { id: 'missing_dlq', shortDescription: { text: 'A DLQ.' } },
      ],
    })
    expect(run?.results.map(({ ruleIndex, level }) => [ruleIndex, level])).toEqual([
      [0, 'error'],
      [1, 'warning'],
      [0, 'error'],
    ])
    expect(run?.results[1]).toMatchObject({
      message: { text: '"#/a" leads to nothing. Correct the pointer.' },
      locations: [
        { physicalLocation: { artifactLocation: { uri: 'my%20shop.yaml' }, region: { startLine: 2, startColumn: 9 } } },
      ],
      properties: { confidence: 0.9 },
    })
  })
})
