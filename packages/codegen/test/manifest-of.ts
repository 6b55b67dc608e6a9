import type { Delivery, DeliveryMetadata, Discriminator, Field, Manifest, Pattern } from '@longshore/manifest'

/** What a test says about an event; everything else is plain. */
export interface EventFacts {
  readonly name?: string
  readonly channel?: string
  readonly purpose?: string
  readonly payload?: Manifest['schema']['payload']
  readonly headers?: Manifest['schema']['headers']
  readonly schemaName?: string
  readonly format?: Manifest['schema']['format']
  readonly examples?: Manifest['schema']['examples']
  /** Paths of PII. */
  readonly pii?: readonly string[]
  readonly delivery?: Partial<Delivery>
  readonly metadata?: DeliveryMetadata
  readonly patterns?: readonly Pattern[]
  readonly toldApartBy?: Discriminator
  readonly siblings?: readonly string[]
  readonly actions?: Manifest['channel']['actions']
}

/** A manifest of `user.created` on Kafka, with the facts a test is about. */
export function manifestOf(facts: EventFacts = {}): Manifest {
  const name = facts.name ?? 'user.created'
  return {
    protocol: 'event-protocol/v1',
    urn: `urn:events:identity:${name.replaceAll('.', ':')}`,
    event: { name, version: '1.0.0', lifecycle: { status: 'active' } },
    semantics: { purpose: facts.purpose ?? 'A user signed up.' },
    schema: {
      format: facts.format ?? 'json-schema',
      payload: facts.payload ?? USER,
      fields: (facts.pii ?? []).map(piiField),
      compatibility: { policy: 'none' },
      ...(facts.headers === undefined ? {} : { headers: facts.headers }),
      ...(facts.schemaName === undefined ? {} : { name: facts.schemaName }),
      ...(facts.examples === undefined ? {} : { examples: facts.examples }),
    },
    delivery: {
      contract: {
        transport: 'kafka',
        topic: name,
        retry_policy: 'none',
        guarantees: 'at-least-once',
        confidence: 0.99,
        evidence: [],
        ...facts.delivery,
        metadata: facts.metadata ?? {},
      },
    },
    patterns: { detected: facts.patterns ?? [] },
    governance: { policy: { classification: 'internal' } },
    channel: {
      name: facts.channel ?? name,
      address: name,
      actions: facts.actions ?? ['receive'],
      parameters: [],
      siblings: facts.siblings ?? [],
      ...(facts.toldApartBy === undefined ? {} : { told_apart_by: facts.toldApartBy }),
    },
    metadata: {
      source_type: 'asyncapi',
      source_version: '3.0.0',
      source_hash: '0'.repeat(64),
      source_file: 'events.yaml',
      pointer: `/channels/${name}`,
      tags: [],
    },
  }
}

export const USER = {
  type: 'object',
  required: ['id', 'email'],
  properties: { id: { type: 'string', format: 'uuid' }, email: { type: 'string', format: 'email' } },
}

function piiField(path: string): Field {
  const name = path.split('.').at(-1) ?? path
  return {
    path,
    name,
    type: 'string',
    required: true,
    pii: true,
    category: 'email',
    tier: 'definite',
    confidence: 0.99,
  }
}

/** The lines of a text between the first that holds `from` and the next that holds `to`, both included. */
export function linesBetween(text: string, from: string, to: string): readonly string[] {
  const lines = text.split('\n')
  const start = lines.findIndex((line) => line.includes(from))
  const length = lines.slice(start).findIndex((line) => line.includes(to))
  return start === -1 || length === -1 ? [] : lines.slice(start, start + length + 1)
}
