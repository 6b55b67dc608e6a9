import type { Channel, Contract, Message } from '@longshore/contract'
import type { Classification, Field, Manifest } from './manifest.ts'
import { asObject, asText } from './schema/json.ts'

/** How an event is to be treated: `pii` where a field is personal, `confidential` where the document says so, else `internal`. */
export function policyOf(
  contract: Contract,
  channel: Channel,
  message: Message | undefined,
  fields: readonly Field[],
): Manifest['governance']['policy'] {
  const layers = [message?.extensions, channel.extensions, contract.extensions]
  const stated = layers.map((layer) => asText(layer?.['x-data-classification']) ?? asText(layer?.['x-classification']))
  const legal = layers.map(
    (layer) => asText(layer?.['x-legal-basis']) ?? asText(asObject(layer?.['x-gdpr'])?.legal_basis),
  )
  const legalBasis = legal.find(Boolean)
  return {
    classification: classify(
      stated.find(Boolean),
      fields.some((field) => field.pii),
    ),
    ...(legalBasis && { legal_basis: legalBasis }),
  }
}

/** The class of an event: personal fields weigh more than what the document states. */
export function classify(stated: string | undefined, pii: boolean): Classification {
  if (pii || /^(pii|personal)/i.test(stated ?? '')) return 'pii'
  return /^(confidential|restricted|secret|sensitive)/i.test(stated ?? '') ? 'confidential' : 'internal'
}
