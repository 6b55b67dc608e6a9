import { patternRule } from '../pattern-rule.ts'

export const unreasonableBackoff = patternRule({
  code: 'unreasonable_backoff',
  severities: ['warn'],
  about: 'The first wait before a retry is under 100 ms or over 60 s.',
  why: 'A shorter wait meets the same fault again and adds load to it; a longer one holds up every later event of the key.',
  at: 'channel',
  bad: `channels:
  userUpdated:
    address: user.updated
    messages:
      userUpdated:
        payload: { type: object, properties: { email: { type: string, format: email } } }
    bindings: { kafka: {} }
    x-retry: { backoff: fixed, initialDelayMs: 5, maxAttempts: 3 }
    x-dlq: user.updated.dlq
`,
  good: `channels:
  userUpdated:
    address: user.updated
    messages:
      userUpdated:
        payload: { type: object, properties: { email: { type: string, format: email } } }
    bindings: { kafka: {} }
    x-retry: { backoff: fixed, initialDelayMs: 500, maxAttempts: 3 }
    x-dlq: user.updated.dlq
`,
})
