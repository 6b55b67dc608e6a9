import type { ConsumerContract, TransportBindings } from '@longshore/runtime'
import { randomFrom } from './random.ts'
import type { ChaosSettings } from './settings.ts'
import type { Scene } from './transport.ts'

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

/** One topic and one group per run; what else it needs is created by the first consumer. */
export function chaosContract({ topic }: Scene, bindings: TransportBindings): ConsumerContract<Load> {
  return {
    urn: 'urn:events:chaos:load:published',
    topic,
    group: GROUP,
    retry: { kind: 'fixed', attempts: 5, firstAfterMs: 100 },
    pii: [],
    bindings,
    validate: (value) =>
      typeof value === 'object' && value !== null && 'n' in value && typeof value.n === 'number'
        ? []
        : [{ pointer: '/n', rule: 'type', message: 'must be number' }],
  }
}

/** Which messages the dead letters of a run are. */
export function deadLettersOf({ topic }: Scene, bindings: TransportBindings) {
  const owner = `${topic}.${GROUP}`
  return { topics: [topic], group: GROUP, dlq: `${owner}.dlq`, retryTopic: `${owner}.retry`, bindings }
}

const GROUP = 'chaos'

/** The value as it is published. */
export function encode(load: Load): Uint8Array {
  if (load.kind === 'garbage') return Buffer.from(`{"id":"${load.id}"`)
  return Buffer.from(JSON.stringify(load.kind === 'invalid' ? { ...load, n: 'seven' } : load))
}

/** The `n`-th message of a key, whoever publishes it: all but the deadly ones, which are spread over the run, are what chance has it. */
export function loadOf(settings: LoadSettings, keyIndex: number, n: number): Load {
  const kind = isDeadly(settings, keyIndex, n) ? 'deadly' : kindFor(chanceOf(settings.seed, keyIndex, n))
  return { id: `key-${keyIndex}#${n}`, key: `key-${keyIndex}`, n, kind }
}

type LoadSettings = Pick<ChaosSettings, 'seed' | 'seconds' | 'keys' | 'perSecond' | 'deadly'>

function chanceOf(seed: number, keyIndex: number, n: number): number {
  return randomFrom(seed ^ Math.imul(keyIndex + 1, 0x9e3779b1) ^ Math.imul(n + 1, 0x85ebca6b)).next()
}

function isDeadly({ deadly, seconds, perSecond, keys }: LoadSettings, keyIndex: number, n: number): boolean {
  const perKey = (seconds * perSecond) / keys
  for (let index = keyIndex; index < deadly; index += keys) {
    if (n === Math.floor(((index + 1) / (deadly + 1)) * perKey)) return true
  }
  return false
}

/** Of a hundred messages: 92 good, 3 flaky, 2 published twice, 3 poison. */
function kindFor(chance: number): Kind {
  if (chance < 0.92) return 'good'
  if (chance < 0.95) return 'flaky'
  if (chance < 0.97) return 'twice'
  if (chance < 0.98) return 'garbage'
  return chance < 0.99 ? 'invalid' : 'refused'
}
