import { describe, expect, it } from 'vitest'
import { manifestOf } from '../../test/manifest-of.ts'
import { printEvent } from '../artefacts/event.ts'

/** An event of members that are all of the same definition, which is the same object in every call. */
const person = { type: 'object', required: ['name'], properties: { name: { type: 'string', pattern: '^[A-Z]' } } }
const eventWith = (member: string, definitions: object = {}) => ({
  type: 'object',
  properties: JSON.parse(JSON.stringify({ [member]: { $ref: '#/$defs/Person' } })),
  $defs: { Person: person, ...definitions },
})
const print = (payload: ReturnType<typeof eventWith>, pii: readonly string[] = []) =>
  printEvent(manifestOf({ payload, pii }), 'Event', './checks.js')

describe('a definition that events share', () => {
  it('is printed into each of them', () => {
    const [first, second] = [print(eventWith('buyer')), print(eventWith('seller'))]
    expect(second).toBe(first.replaceAll('buyer', 'seller'))
    expect(second).toContain('function checkPerson(value: unknown)')
    expect(second).toContain('const PERSON_NAME_PATTERN = /^[A-Z]/u')
  })

  it('has the marks of personal data that the event at hand gives it', () => {
    print(eventWith('buyer'))
    expect(print(eventWith('buyer'), ['buyer.name'])).toContain('  /** PII: email (0.99) */\n  readonly name: string\n')
    expect(print(eventWith('buyer'))).not.toContain('PII')
  })

  it('is printed anew where a reference in it leads elsewhere', () => {
    const owner = { type: 'object', properties: { pet: { $ref: '#/$defs/Pet' } } }
    const withPet = (type: string) => ({
      type: 'object',
      properties: { owner: { $ref: '#/$defs/Owner' } },
      $defs: { Owner: owner, Pet: { type: 'object', properties: { age: { type } } } },
    })
    const texts = ['number', 'string'].map((type) =>
      printEvent(manifestOf({ payload: withPet(type) }), 'Event', './checks.js'),
    )
    expect(texts[0]).toContain('!isNumber(age)')
    expect(texts[1]).toContain("typeof age !== 'string'")
  })
})
