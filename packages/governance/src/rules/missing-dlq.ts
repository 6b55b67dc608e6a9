import { patternRule } from '../pattern-rule.ts'

export const missingDlq = patternRule({
  code: 'missing_dlq',
  severities: ['error'],
  about: 'Personal data is retried, and no dead letter queue is declared.',
  why: 'When the retries are spent the event is lost, or it blocks all that follow; and nobody can say where the personal data went.',
  at: 'channel',
  bad: `channels:
  userUpdated:
    address: user.updated
    messages:
      userUpdated:
        payload: { type: object, properties: { email: { type: string, format: email } } }
    bindings: { kafka: {} }
    x-retry: { backoff: exponential, initialDelayMs: 1000, maxAttempts: 3 }
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
