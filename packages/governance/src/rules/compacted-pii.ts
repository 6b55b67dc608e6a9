import { hasPii } from '../pii.ts'
import { channelPlace } from '../places.ts'
import { isCompacted } from '../retention.ts'
import type { Rule } from '../rule.ts'

export const compactedPii: Rule = {
  code: 'compacted_pii',
  severities: ['error'],
  about: 'A compacted topic carries personal data.',
  why: 'Compaction keeps the last event of every key. Age never removes it: a person is forgotten only after a tombstone for each of their keys, and only once the cleaner has run.',
  bad: `channels:
  userProfile:
    address: user.profile
    messages:
      userProfile:
        payload: { type: object, properties: { email: { type: string, format: email } } }
    bindings: { kafka: { topicConfiguration: { cleanup.policy: [compact] } } }
`,
  good: `channels:
  userProfile:
    address: user.profile
    messages:
      userProfile:
        payload: { type: object, properties: { email: { type: string, format: email } } }
    bindings: { kafka: { topicConfiguration: { cleanup.policy: [delete], retention.ms: 259200000 } } }
`,
  check: (manifest) =>
    hasPii(manifest) && isCompacted(manifest)
      ? [
          {
            message: 'The topic is compacted and carries personal data: a replay brings back what should be forgotten.',
            fix: 'Send a tombstone per key when a person is erased, or keep the personal fields in a topic that deletes by age.',
            pointer: channelPlace(manifest, 'bindings', 'kafka', 'topicConfiguration', 'cleanup.policy'),
          },
        ]
      : [],
}
