import { patternRule } from '../pattern-rule.ts'

export const highFanout = patternRule({
  code: 'high_fanout',
  severities: ['warn', 'info'],
  about: 'More than three receivers read the event; a warning when it carries personal data.',
  why: 'Every receiver keeps its own copy: retained data and exposure are multiplied, and so is the work to erase a person.',
  at: 'channel',
  bad: `channels:
  userUpdated:
    address: user.updated
    messages:
      userUpdated:
        payload: { type: object, properties: { email: { type: string, format: email } } }
    bindings: { kafka: {} }
operations:
  billing: { action: receive, channel: { $ref: '#/channels/userUpdated' } }
  shipping: { action: receive, channel: { $ref: '#/channels/userUpdated' } }
  search: { action: receive, channel: { $ref: '#/channels/userUpdated' } }
  mail: { action: receive, channel: { $ref: '#/channels/userUpdated' } }
  fraud: { action: receive, channel: { $ref: '#/channels/userUpdated' } }
`,
  good: `channels:
  userUpdated:
    address: user.updated
    messages:
      userUpdated:
        payload: { type: object, properties: { email: { type: string, format: email } } }
    bindings: { kafka: {} }
operations:
  billing: { action: receive, channel: { $ref: '#/channels/userUpdated' } }
`,
})
