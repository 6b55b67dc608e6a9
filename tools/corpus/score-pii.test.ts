import { describe, expect, it } from 'vitest'
import type { Row } from './corpus.ts'
import type { DocumentReport, FieldReport } from './read-document.ts'
import { scorePii } from './score-pii.ts'

describe('the score of personal data', () => {
  it('counts hits, misses and wrong findings, and leaves ambiguous labels out', () => {
    const labels = [label('email', 'yes'), label('name', 'yes'), label('city', 'no'), label('notes', 'ambiguous')]
    const score = scorePii(
      labels,
      report([found('email', 0.9), silent('name'), found('city', 0.9), found('notes', 0.9)]),
    )
    expect(score).toMatchObject({ labels: 3, precision: 0.5, recall: 0.5 })
    expect(score.calibrationError).toBeCloseTo(0.4)
    expect(score.byCategory).toEqual({ kind: { labelled: 2, recall: 0.5 } })
  })

  it('counts a personal property that no manifest has as missed', () => {
    const score = scorePii([label('email', 'yes')], report([]))
    expect(score).toMatchObject({ recall: 0, unmatched: ['a.yaml User.email: kind'] })
  })

  it('leaves out labels of documents that are not there', () => {
    expect(scorePii([{ ...label('email', 'yes'), file: 'b.yaml' }], report([])).labels).toBe(0)
  })
})

function label(name: string, pii: string): Row {
  return { file: 'a.yaml', path: `User.${name}`, name, description: '', pii, category: 'kind' }
}

function silent(name: string): FieldReport {
  return { path: name, name, pii: false, description: '', header: false, qualified: [`User.${name}`], unused: false }
}

function found(name: string, confidence: number): FieldReport {
  return { ...silent(name), pii: true, category: 'kind', tier: 'potential', confidence }
}

function report(fields: readonly FieldReport[]): ReadonlyMap<string, DocumentReport> {
  const document = {
    name: 'a.yaml',
    outcome: 'imported',
    errors: [],
    manifests: 1,
    invalidManifests: [],
    channels: [],
    fields,
    milliseconds: 1,
  } as const
  return new Map([['a.yaml', document]])
}
