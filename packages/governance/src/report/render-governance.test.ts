import { parseContract } from '@longshore/contract'
import { type Manifest, toManifests } from '@longshore/manifest'
import { describe, expect, it } from 'vitest'
import { exampleDocument } from '../rule.ts'
import { renderGovernance } from './render-governance.ts'
import { reportGovernance } from './report.ts'

const SHOP = `channels:
  users:
    address: users
    messages:
      created: { name: user.created, payload: { type: object, properties: { email: { type: string, format: email } } } }
    bindings: { kafka: { topicConfiguration: { cleanup.policy: [compact] } } }
    x-dlq: users.dlq
    x-retry: { backoff: exponential, initialDelayMs: 1000, maxAttempts: 3 }
  deadUsers:
    address: users.dlq
    messages:
      created: { name: user.dead, payload: { type: object, properties: { email: { type: string, format: email } } } }
    bindings: { kafka: { topicConfiguration: { retention.ms: 1209600000 } } }
operations:
  write: { action: send, channel: { $ref: '#/channels/users' } }
  mail: { action: receive, channel: { $ref: '#/channels/users' } }
  search: { action: receive, channel: { $ref: '#/channels/users' } }
`

describe('GOVERNANCE.md', () => {
  it('has six sections, in order', async () => {
    const headings = renderGovernance(await manifestsOf(SHOP))
      .split('\n')
      .filter((line) => line.startsWith('## '))
    expect(headings).toEqual([
      '## 1. Event delivery',
      '## 2. Personal data and how long it is kept',
      '## 3. Dead letters',
      '## 4. Fan-out',
      '## 5. Replay',
      '## 6. Event flow',
    ])
  })

  it('says how long the copies in a dead letter queue are kept when the contract describes it', async () => {
    expect(await lineWith('**critical**')).toBe(
      '| `user.created` | **critical** | for ever (log compaction keeps the last event of each key) | not declared | 14 days | not declared | `email` 0.99 |',
    )
  })

  it('multiplies exposure by the receivers', async () => {
    expect(await lineWith('times 2')).toBe('| `user.created` | 2 | retained data and PII exposure times 2 | 2 |')
  })

  it('says that a compacted topic cannot forget', async () => {
    expect(await lineWith('cannot forget')).toContain('| `user.created` | `users` | **cannot forget**')
  })

  it('draws the flow, personal data marked', async () => {
    const [, diagram = ''] = renderGovernance(await manifestsOf(SHOP)).split(/```(?:mermaid)?\n/)
    expect(diagram.trimEnd().split('\n')).toEqual([
      'flowchart LR',
      '  n1["a · PII"]',
      '  n2[("users · PII")]',
      '  n3(["2 receivers of users · PII"])',
      '  n4>"users.dlq · PII"]',
      '  n5(["receiver of users.dlq · PII"])',
      '  n1 -->|"user.created"| n2',
      '  n2 -->|"user.created"| n3',
      '  n2 -->|"dead letters"| n4',
      '  n4 -->|"user.dead"| n5',
      '  classDef pii stroke:#c0392b,stroke-width:3px',
      '  class n1,n2,n3,n4,n5 pii',
    ])
  })

  it('draws many events in several diagrams', async () => {
    const channels = Array.from(
      { length: 90 },
      (_, n) => `  c${n}: { address: c${n}, messages: { m: { payload: {} } }, bindings: { kafka: {} } }`,
    )
    const text = renderGovernance(await manifestsOf(`channels:\n${channels.join('\n')}\n`))
    expect(text.match(/^```mermaid$/gm)).toHaveLength(3)
  })

  it('is the same bytes twice, and its data is plain JSON', async () => {
    const [once, again] = [await manifestsOf(SHOP), await manifestsOf(SHOP)]
    expect(renderGovernance(once)).toBe(renderGovernance(again))
    const report = reportGovernance(once)
    expect(JSON.parse(JSON.stringify(report))).toEqual(report)
  })

  it('holds its tables and its diagram together whatever the names are', async () => {
    const nasty = SHOP.replaceAll('address: users\n', 'address: "a|b`c\\"]-->{x}<script>"\n')
    const text = renderGovernance(await manifestsOf(nasty))
    const rows = text.split('\n').filter((line) => line.startsWith('| `user.created` | kafka'))
    expect(rows).toEqual(['| `user.created` | kafka | ``a\\|b`c"]-->{x}<script>`` | at-least-once | for ever |'])
    expect(text).toContain('[("a#124;b#96;c#34;#93;--#62;#123;x#125;#60;script#62; · PII")]')
  })
})

async function lineWith(text: string): Promise<string | undefined> {
  return renderGovernance(await manifestsOf(SHOP))
    .split('\n')
    .find((line) => line.includes(text))
}

async function manifestsOf(body: string): Promise<readonly Manifest[]> {
  const { contract } = await parseContract(exampleDocument(body), { file: 'a.yaml' })
  return contract ? toManifests(contract) : []
}
