import { isMissingDlq, needsDeadLetters } from '../dead-letters.ts'
import { channelPlace } from '../places.ts'
import type { Rule } from '../rule.ts'

/** Silent where `missing_dlq` speaks of the same queue. */
export const amqpWithoutDeadLetterExchange: Rule = {
  code: 'amqp_without_dead_letter_exchange',
  severities: ['warn'],
  about: 'An AMQP queue has neither a dead letter exchange nor a dead letter queue.',
  why: 'The broker drops what a consumer rejects, what expires and what overflows, without a trace.',
  bad: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced: { payload: { type: object, properties: { orderId: { type: string } } } }
    bindings: { amqp: { is: queue, queue: { name: order.placed, durable: true } } }
operations:
  ship: { action: receive, channel: { $ref: '#/channels/orderPlaced' } }
`,
  good: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced: { payload: { type: object, properties: { orderId: { type: string } } } }
    bindings: { amqp: { is: queue, queue: { name: order.placed, durable: true } } }
    x-dlq: order.placed.dlq
    x-retry: { backoff: exponential, initialDelayMs: 1000, maxAttempts: 3 }
operations:
  ship: { action: receive, channel: { $ref: '#/channels/orderPlaced' } }
`,
  check(manifest, all) {
    const { transport, dlq, metadata } = manifest.delivery.contract
    const declared = dlq !== undefined || metadata.dead_letter_exchange !== undefined
    if (transport !== 'amqp' || declared || isMissingDlq(manifest) || !needsDeadLetters(manifest, all)) return []
    return [
      {
        message: 'Rejected messages are dropped: the queue has no dead letter exchange.',
        fix: 'Declare one: x-dlq on the channel, or dead_letter_exchange in the queue of the binding.',
        pointer: channelPlace(manifest, 'bindings', 'amqp', 'queue'),
      },
    ]
  },
}
