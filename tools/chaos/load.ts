import type { ConsumerContract } from '@longshore/runtime'

/**
 * What a message is, and what must become of it:
 *
 * | kind | becomes |
 * | --- | --- |
 * | `good` | an effect |
 * | `flaky` | an effect, on its second attempt |
 * | `twice` | published two times under one id: an effect, with the inbox only one |
 * | `deadly` | a dead letter, once it has killed a few processes |
 * | `garbage`, `invalid`, `refused` | a dead letter: no JSON, against its schema, refused by the handler |
 */
export type Kind = 'good' | 'flaky' | 'twice' | 'deadly' | 'garbage' | 'invalid' | 'refused'

/** The event: the `n`-th of its key. */
export interface Load {
  readonly id: string
  readonly key: string
  readonly n: number
  readonly kind: Kind
}

/** One topic and one group per run; the topic is created by the first consumer. */
export function chaosContract(topic: string, partitions: number): ConsumerContract<Load> {
  return {
    urn: 'urn:events:chaos:load:published',
    topic,
    group: 'chaos',
    retry: { kind: 'fixed', attempts: 5, firstAfterMs: 100 },
    pii: [],
    bindings: { kafka: { partitions, replicas: 1 } },
    validate: (value) =>
      typeof value === 'object' && value !== null && 'n' in value && typeof value.n === 'number'
        ? []
        : [{ pointer: '/n', rule: 'type', message: 'must be number' }],
  }
}

/** The value as it is published. */
export function encode(load: Load): Uint8Array {
  if (load.kind === 'garbage') return Buffer.from(`{"id":"${load.id}"`)
  return Buffer.from(JSON.stringify(load.kind === 'invalid' ? { ...load, n: 'seven' } : load))
}

/** Of a hundred messages: 92 good, 3 flaky, 2 published twice, 3 poison. */
export function kindFor(chance: number): Kind {
  if (chance < 0.92) return 'good'
  if (chance < 0.95) return 'flaky'
  if (chance < 0.97) return 'twice'
  if (chance < 0.98) return 'garbage'
  return chance < 0.99 ? 'invalid' : 'refused'
}
