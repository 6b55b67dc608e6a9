import { patternRule } from '../pattern-rule.ts'

export const dlqWithoutRetries = patternRule({
  code: 'dlq_without_retries',
  severities: ['warn'],
  about: 'A dead letter queue is declared, and no retry policy.',
  why: 'The first passing fault, a restart of the database for instance, makes a dead letter that somebody must redrive by hand.',
  at: 'channel',
  bad: `channels:
  userUpdated:
    address: user.updated
    messages:
      userUpdated:
        payload: { type: object, properties: { email: { type: string, format: email } } }
    bindings: { kafka: {} }
    x-dlq: user.updated.dlq
`,
  good: `channels:
  userUpdated:
    address: user.updated
    messages:
      userUpdated:
        payload: { type: object, properties: { email: { type: string, format: email } } }
    bindings: { kafka: {} }
    x-dlq: user.updated.dlq
    x-retry: { backoff: exponential, initialDelayMs: 1000, maxAttempts: 3 }
`,
})
