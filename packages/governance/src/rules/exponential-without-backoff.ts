import { patternRule } from '../pattern-rule.ts'

export const exponentialWithoutBackoff = patternRule({
  code: 'exponential_without_backoff',
  severities: ['warn'],
  about: 'The retry policy is exponential, and the first wait is not declared.',
  why: 'Each consumer picks its own first wait, so nobody knows how long a failing event stays in flight.',
  at: 'channel',
  bad: `channels:
  userUpdated:
    address: user.updated
    messages:
      userUpdated:
        payload: { type: object, properties: { email: { type: string, format: email } } }
    bindings: { kafka: {} }
    x-retry: { backoff: exponential, maxAttempts: 3 }
    x-dlq: user.updated.dlq
`,
  good: `channels:
  userUpdated:
    address: user.updated
    messages:
      userUpdated:
        payload: { type: object, properties: { email: { type: string, format: email } } }
    bindings: { kafka: {} }
    x-retry: { backoff: exponential, initialDelayMs: 1000, maxAttempts: 3 }
    x-dlq: user.updated.dlq
`,
})
