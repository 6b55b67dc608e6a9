import { listed, piiOf } from '../pii.ts'
import { messagePlace } from '../places.ts'
import type { Rule } from '../rule.ts'

/** Below this, one field in six or more is no personal data: a person should look. */
const SURE = 0.85

export const unconfirmedPii: Rule = {
  code: 'unconfirmed_pii',
  severities: ['info'],
  about: 'Fields may be personal data, and only a person can tell.',
  why: 'They are masked and counted as personal data until somebody decides. A wrong mark hides what on-call needs to see.',
  bad: `channels:
  login:
    address: login
    messages:
      login: { payload: { type: object, properties: { clientIp: { type: string } } } }
    bindings: { kafka: { topicConfiguration: { retention.ms: 86400000 } } }
`,
  good: `channels:
  login:
    address: login
    messages:
      login: { payload: { type: object, properties: { clientIp: { type: string, x-pii: true } } } }
    bindings: { kafka: { topicConfiguration: { retention.ms: 86400000 } } }
`,
  check(manifest) {
    const unsure = piiOf(manifest).filter(({ confidence = 1 }) => confidence < SURE)
    if (unsure.length === 0) return []
    return [
      {
        message: `Possibly personal data: ${listed(
          unsure.map(({ path, category }) => `${path} (${category})`),
          6,
        )}.`,
        fix: 'Say so in the schema, x-pii: true or false, or review it in longshore.yaml.',
        pointer: messagePlace(manifest),
        confidence: Math.min(...unsure.map(({ confidence = 1 }) => confidence)),
      },
    ]
  },
}
