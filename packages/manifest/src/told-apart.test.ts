import type { JsonSchema } from '@longshore/contract'
import { describe, expect, it } from 'vitest'
import { message, payload } from '../test/contract-builder.ts'
import { toldApart } from './told-apart.ts'

describe('messages that share a channel', () => {
  it('are told apart by a property that each fixes, the one named for it first', () => {
    const created = sent({ properties: { schema_version: { const: 1 }, event_type: { const: 'created' } } })
    const deleted = sent({ properties: { schema_version: { const: 2 }, event_type: { enum: ['deleted'] } } })
    expect(toldApart(created, [deleted])).toEqual({ kind: 'property', path: 'event_type', value: 'created' })
  })

  it('are told apart inside an envelope, through references', () => {
    const of = (value: string) =>
      sent({
        properties: { meta: { $ref: '#/$defs/Meta' } },
        $defs: { Meta: { properties: { type: { const: value } } } },
      })
    expect(toldApart(of('a'), [of('b')])).toEqual({ kind: 'property', path: 'meta.type', value: 'a' })
  })

  it('are told apart by a header where the payload does not tell', () => {
    const of = (value: string) => message({ headers: payload({ properties: { 'ce-type': { const: value } } }) })
    expect(toldApart(of('a'), [of('b')])).toEqual({ kind: 'header', name: 'ce-type', value: 'a' })
  })

  it('are told apart by their schema where two share the constant, and not at all when there is one', () => {
    const one = sent({ properties: { type: { const: 'a' } } })
    expect(toldApart(one, [one])).toEqual({ kind: 'schema' })
    expect(toldApart(one, [])).toBeUndefined()
  })
})

function sent(schema: JsonSchema) {
  return message({ payload: payload(schema) })
}
