import { isMissingDlq, needsDeadLetters } from '../dead-letters.ts'
import { channelPlace } from '../places.ts'
import type { Rule } from '../rule.ts'

/** Silent where `missing_dlq` or `amqp_without_dead_letter_exchange` speaks, and on channels that are dead letter queues themselves. */
export const undeclaredDlq: Rule = {
  code: 'undeclared_dlq',
  severities: ['info'],
  about: 'An event is received at least once, and no dead letter queue is declared.',
  why: 'A generated consumer uses a queue of its own, `<topic>.<group>.dlq`. Nobody who reads the contract knows of it: neither its retention nor who may read it.',
  bad: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced: { payload: { type: object, properties: { orderId: { type: string } } } }
    bindings: { kafka: {} }
operations:
  ship: { action: receive, channel: { $ref: '#/channels/orderPlaced' } }
`,
  good: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced: { payload: { type: object, properties: { orderId: { type: string } } } }
    bindings: { kafka: {} }
    x-dlq: order.placed.dlq
    x-retry: { backoff: exponential, initialDelayMs: 1000, maxAttempts: 3 }
operations:
  ship: { action: receive, channel: { $ref: '#/channels/orderPlaced' } }
`,
  check(manifest, all) {
    const { dlq, transport } = manifest.delivery.contract
    const told = transport === 'amqp' || isMissingDlq(manifest)
    if (dlq !== undefined || told || !needsDeadLetters(manifest, all)) return []
    return [
      {
        message: 'No dead letter queue is declared: what fails for good goes where the contract does not say.',
        fix: 'Declare it, for instance x-dlq on the channel, with its retention.',
        pointer: channelPlace(manifest),
      },
    ]
  },
}
