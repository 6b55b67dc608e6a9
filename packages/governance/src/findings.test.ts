import type { Location } from '@longshore/contract'
import { parseContract } from '@longshore/contract'
import { type Manifest, type Pattern, toManifests } from '@longshore/manifest'
import { describe, expect, it } from 'vitest'
import { findings } from './findings.ts'
import { exampleDocument } from './rule.ts'

describe('findings', () => {
  it('name the events of a channel together when they share one', async () => {
    const { manifests, locate } = await load(`channels:
  orders:
    address: orders
    messages:
      placed: { payload: { type: object, required: [type], properties: { type: { const: placed }, note: { type: string } } } }
      cancelled: { payload: { type: object, required: [type], properties: { type: { const: cancelled }, note: { type: string } } } }
    bindings: { kafka: { partitions: 3 } }
`)
    const found = findings(manifests, { locate }).filter(({ code }) => code === 'multi_partition_no_key')
    expect(found.map(({ message }) => message)).toEqual([
      'placed, cancelled: 3 partitions and no key: events of one entity are read in any order.',
    ])
  })

  it('stand in the order of the text, at the very line that causes them', async () => {
    const { manifests, locate } = await load(`channels:
  users:
    address: users
    messages:
      created: { payload: { type: object, properties: { email: { type: string, format: email }, note: {} } } }
    bindings:
      kafka:
        partitions: 3
        topicConfiguration:
          retention.ms: -1
`)
    const places = findings(manifests, { locate }).map(({ code, at }) => `${at.line} ${code}`)
    expect(places).toEqual([
      '2 no_owner',
      '4 multi_partition_no_key',
      '7 backward_compatible_schema',
      '12 pii_retention',
    ])
  })

  it('tell a pattern that no rule knows in its own words', async () => {
    const { manifests, locate } = await load(
      `channels: { a: { address: a, messages: { b: { payload: {} } }, bindings: { http: {} } } }`,
    )
    const pattern: Pattern = {
      pattern: 'night_batch',
      confidence: 0.6,
      severity: 'warn',
      message: 'Sent at night.',
      recommendation: 'Scale.',
      metadata: {},
    }
    const [event] = manifests.map((manifest): Manifest => ({ ...manifest, patterns: { detected: [pattern] } }))
    const found = findings(event ? [event] : [], { locate })
    expect(found).toMatchObject([
      { code: 'night_batch', severity: 'warn', message: 'b: Sent at night.', fix: 'Scale.', confidence: 0.6 },
    ])
  })
})

interface Loaded {
  readonly manifests: readonly Manifest[]
  readonly locate: (pointer: string) => Location
}

async function load(body: string): Promise<Loaded> {
  const { contract } = await parseContract(exampleDocument(body), { file: 'a.yaml' })
  if (!contract) throw new Error('the example is no contract')
  return { manifests: toManifests(contract), locate: (pointer) => contract.locate({ file: 'a.yaml', pointer }) }
}
