/**
 * The reliable consumer: nothing is committed before its effect. A consumer stops with a message half done; the next one of its group
 * gets that message, and only that one, again.
 */
import { type ConsumerContract, consume, type Handler } from '@longshore/runtime'
import { memoryTransport } from '@longshore/transport-memory'

interface AgentEvent {
  readonly eventId: string
  readonly agentId: string
  readonly eventType: 'HEARTBEAT' | 'TASK_COMPLETED' | 'ERROR'
}

const agentEvents: ConsumerContract<AgentEvent> = {
  urn: 'urn:events:dora:agent:event',
  topic: 'agent-events',
  group: 'agent-event-processor',
  dlq: 'agent-dlq',
  retry: { kind: 'exponential', attempts: 3, firstAfterMs: 1_000, jitter: 'additive' },
  pii: [],
  validate: () => [],
}
const transport = memoryTransport()
const quiet = { debug() {}, info() {}, warn() {}, error() {} }

await transport.publish(
  (['HEARTBEAT', 'TASK_COMPLETED', 'ERROR'] as const).map((eventType, index) => ({
    topic: 'agent-events',
    key: 'agent-1',
    value: new TextEncoder().encode(JSON.stringify({ eventId: String(index), agentId: 'agent-1', eventType })),
  })),
)

const { promise: interrupted, resolve: interrupt } = Promise.withResolvers<void>()
const first = await started(async ({ eventType }, { signal }) => {
  console.log(`first consumer begins ${eventType}`)
  if (eventType === 'HEARTBEAT') return
  interrupt()
  await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)))
})
await interrupted
await first.stop()
console.log('first consumer stopped in the middle')

const { promise: done, resolve: finish } = Promise.withResolvers<void>()
const second = await started(({ eventType }) => {
  console.log(`second consumer handles ${eventType}`)
  if (eventType === 'ERROR') finish()
})
await done
await second.stop()
console.log((await second.lag()).every(({ messages }) => messages === 0) ? 'nothing left' : 'something left')

async function started(handler: Handler<AgentEvent>) {
  const consumer = consume(agentEvents, transport, handler, { log: quiet, drainTimeoutMs: 50 })
  await consumer.start()
  return consumer
}
