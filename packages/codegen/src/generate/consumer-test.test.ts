import { describe, expect, it } from 'vitest'
import { manifestOf } from '../../test/manifest-of.ts'
import { generateConsumerTest } from './generate-event-consumer.ts'

function sentences(text: string): readonly string[] {
  return [...text.matchAll(/ {2}it\('(.*)', async/g)].map(([, sentence = '']) => sentence)
}

describe('the printed tests', () => {
  it('cover valid, malformed and broken events, failing handlers, personal data and stopping', () => {
    expect(sentences(generateConsumerTest(manifestOf({ pii: ['email'] })))).toEqual([
      'hands a valid event to its handler',
      'sends what is not JSON to the dead letters at once',
      'sends what breaks the schema to the dead letters at once',
      'retries a failing handler, then sends the event to the dead letters',
      'writes no personal data to the log',
      'stops once the running handler has ended',
    ])
  })

  it('use the example of the contract, else one built from the schema', () => {
    const examples = [{ id: '3b241101-e2bb-4255-8caf-4136c566a962', email: 'grace@example.com' }]
    expect(generateConsumerTest(manifestOf({ examples }))).toContain("email: 'grace@example.com'")
    expect(generateConsumerTest(manifestOf())).toContain("email: 'ada.lovelace@example.com'")
  })

  it('are written for Vitest, and for node:test when asked to', () => {
    expect(generateConsumerTest(manifestOf())).toContain("import { describe, expect, it } from 'vitest'")
    const text = generateConsumerTest(manifestOf(), { tests: 'node' })
    expect(text).toContain("import { describe, it } from 'node:test'")
    expect(text).toContain("import { deepEqual, ok } from 'node:assert/strict'")
  })
})
