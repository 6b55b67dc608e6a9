import { hasPii } from '../pii.ts'
import type { Rule } from '../rule.ts'

export const noOwner: Rule = {
  code: 'no_owner',
  severities: ['info'],
  about: 'Events with personal data have no owner.',
  why: 'Whoever must erase a person, or is called at night, does not know whom to ask.',
  bad: `channels:
  userUpdated:
    address: user.updated
    messages:
      userUpdated: { payload: { type: object, properties: { email: { type: string, format: email } } } }
`,
  good: `info: { title: Shop, version: 1.0.0, contact: { name: Accounts team } }
channels:
  userUpdated:
    address: user.updated
    messages:
      userUpdated: { payload: { type: object, properties: { email: { type: string, format: email } } } }
`,
  check: (manifest) =>
    hasPii(manifest) && manifest.metadata.owner === undefined
      ? [
          {
            message: 'The document names nobody who answers for this personal data.',
            fix: 'Add info.contact with a name, or x-owner to the channel.',
            pointer: '/info',
          },
        ]
      : [],
}
