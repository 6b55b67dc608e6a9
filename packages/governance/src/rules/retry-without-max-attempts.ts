import { patternRule } from '../pattern-rule.ts'

export const retryWithoutMaxAttempts = patternRule({
  code: 'retry_without_max_attempts',
  severities: ['warn'],
  about: 'An AMQP queue retries without a bound.',
  why: 'An event that always fails is delivered for ever, as fast as the consumer can refuse it.',
  at: 'channel',
  bad: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced:
        payload: { type: object, properties: { orderId: { type: string } } }
    bindings: { amqp: { is: queue, queue: { name: order.placed } } }
    x-retry: { backoff: fixed, initialDelayMs: 1000 }
`,
  good: `channels:
  orderPlaced:
    address: order.placed
    messages:
      orderPlaced:
        payload: { type: object, properties: { orderId: { type: string } } }
    bindings: { amqp: { is: queue, queue: { name: order.placed } } }
    x-retry: { backoff: fixed, initialDelayMs: 1000, maxAttempts: 5 }
`,
})
