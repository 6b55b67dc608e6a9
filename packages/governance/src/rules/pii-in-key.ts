import type { JsonObject } from '@longshore/contract'
import { detectPii } from '@longshore/manifest'
import { messagePlace } from '../places.ts'
import type { Rule } from '../rule.ts'

export const piiInKey: Rule = {
  code: 'pii_in_key',
  severities: ['warn'],
  about: 'The key is personal data itself, such as an e-mail address.',
  why: 'Keys show up in logs, metrics and tools that mask payloads, they survive in tombstones, and events move to another partition when the person changes the address.',
  bad: `channels:
  userUpdated:
    address: user.updated
    messages:
      userUpdated:
        payload: { type: object, properties: { userId: { type: string } } }
        bindings: { kafka: { key: { type: string, title: email } } }
`,
  good: `channels:
  userUpdated:
    address: user.updated
    messages:
      userUpdated:
        payload: { type: object, properties: { userId: { type: string } } }
        bindings: { kafka: { key: { type: string, title: userId } } }
`,
  check(manifest) {
    const { key } = manifest.delivery.contract.metadata
    const found = typeof key === 'object' ? personal(key) : undefined
    if (!found) return []
    return [
      {
        message: `The key is personal data (${found.category}).`,
        fix: 'Key by an identifier that means nothing outside, such as the user id.',
        pointer: messagePlace(manifest),
        confidence: found.confidence,
      },
    ]
  },
}

/** Identifiers are what a key is for; only what is certain without them counts. */
function personal(key: JsonObject): ReturnType<typeof detectPii> {
  const name = typeof key.title === 'string' ? key.title : ''
  const found = detectPii({ name, type: 'string', schemas: [key], typeNames: [], owners: [] })
  return found?.tier === 'definite' ? found : undefined
}
