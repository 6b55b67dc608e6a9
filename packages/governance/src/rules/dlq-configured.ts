import { patternRule } from '../pattern-rule.ts'

export const dlqConfigured = patternRule({
  code: 'dlq_configured',
  severities: ['info'],
  about: 'Personal data has retries and a dead letter queue.',
  why: 'All is declared. Mind that the dead letter queue holds personal data too: give it a retention and an access rule.',
  at: 'channel',
  bad: `channels:
  userUpdated:
    address: user.updated
    messages:
      userUpdated:
        payload: { type: object, properties: { email: { type: string, format: email } } }
    bindings: { kafka: {} }
    x-dlq: user.updated.dlq
    x-retry: { backoff: exponential, initialDelayMs: 1000, maxAttempts: 3 }
`,
  good: `channels:
  userUpdated:
    address: user.updated
    messages:
      userUpdated:
        payload: { type: object, properties: { email: { type: string, format: email } } }
    bindings: { kafka: {} }
`,
})
