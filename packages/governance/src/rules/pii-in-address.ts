import { detectPii } from '@longshore/manifest'
import { channelPlace } from '../places.ts'
import type { Rule } from '../rule.ts'

export const piiInAddress: Rule = {
  code: 'pii_in_address',
  severities: ['warn'],
  about: 'A parameter of the address is personal data, such as an e-mail address.',
  why: 'Names of topics and routing keys are written to broker logs, metrics and access rules, where nothing masks them.',
  bad: `channels:
  inbox:
    address: inbox/{email}
    parameters: { email: {} }
    messages:
      mail: { payload: { type: object, properties: { subject: { type: string } } } }
    bindings: { mqtt: {} }
`,
  good: `channels:
  inbox:
    address: inbox/{mailboxId}
    parameters: { mailboxId: {} }
    messages:
      mail: { payload: { type: object, properties: { subject: { type: string } } } }
    bindings: { mqtt: {} }
`,
  check: (manifest) =>
    manifest.channel.parameters
      .filter(({ name }) => isPersonal(name))
      .map(({ name }) => ({
        message: `The address carries personal data in {${name}}.`,
        fix: 'Address by an identifier that means nothing outside.',
        pointer: channelPlace(manifest, 'parameters', name),
      })),
}

function isPersonal(name: string): boolean {
  return detectPii({ name, type: 'string', schemas: [], typeNames: [], owners: [] })?.tier === 'definite'
}
