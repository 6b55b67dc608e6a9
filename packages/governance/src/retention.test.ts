import { parseContract } from '@longshore/contract'
import { type Manifest, toManifests } from '@longshore/manifest'
import { describe, expect, it } from 'vitest'
import { explainRetention, retentionOf, retentionRisk } from './retention.ts'
import { exampleDocument } from './rule.ts'

const DAY_MS = 24 * 60 * 60 * 1_000

describe('a retention', () => {
  it.each([
    ['kafka: { topicConfiguration: { retention.ms: 604800000 } }', '7 days', 'medium'],
    ['kafka: { topicConfiguration: { retention.ms: -1 } }', 'for ever (declared as retention)', 'critical'],
    [
      'kafka: { topicConfiguration: { cleanup.policy: [compact] } }',
      'for ever (log compaction keeps the last event of each key)',
      'critical',
    ],
    ['kafka: { topicConfiguration: { cleanup.policy: [compact, delete], retention.ms: 86400000 } }', '1 day', 'low'],
    ['kafka: {}', 'unknown (no retention is declared)', 'critical'],
    ['amqp: { ttl: 5400000 }', '90 minutes', 'low'],
    ['mqtt: {}', 'not kept (no session keeps it)', 'low'],
    ['ws: {}', 'not kept (ws keeps nothing)', 'low'],
  ])('of a channel bound to %s is %s, a %s risk', async (binding, text, risk) => {
    const retention = retentionOf(await eventBoundTo(binding))
    expect([explainRetention(retention), retentionRisk(retention)]).toEqual([text, risk])
  })

  it.each([
    ['7d', '7 days'],
    ['PT24H', '1 day'],
    ['500ms', '500 ms'],
    ['infinite', 'for ever (declared as retention)'],
  ])('written by hand as %s is %s', async (retention, text) => {
    const event = await eventBoundTo('kafka: {}')
    const contract = { ...event.delivery.contract, metadata: { retention } }
    expect(explainRetention(retentionOf({ ...event, delivery: { contract } }))).toBe(text)
  })

  it.each([
    [7 * DAY_MS - 1, 'low'],
    [7 * DAY_MS, 'medium'],
    [30 * DAY_MS, 'medium'],
    [30 * DAY_MS + 1, 'high'],
  ])('of %d ms is a %s risk', (ms, risk) => {
    expect(retentionRisk({ kind: 'bounded', ms, because: '' })).toBe(risk)
  })
})

async function eventBoundTo(binding: string): Promise<Manifest> {
  const body = `channels: { a: { address: a, messages: { b: { payload: { type: object } } }, bindings: { ${binding} } } }`
  const { contract } = await parseContract(exampleDocument(body), { file: 'a.yaml' })
  const [manifest] = contract ? toManifests(contract) : []
  if (!manifest) throw new Error('the example has no event')
  return manifest
}
