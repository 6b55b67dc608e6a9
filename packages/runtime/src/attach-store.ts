import type { Clock } from './clock.ts'
import type { ConsumerContract } from './consumer-contract.ts'
import type { Incoming } from './delivery.ts'
import { Failure } from './failure.ts'
import { isolationOf } from './isolation.ts'
import type { Log } from './log.ts'
import type { ConsumerMetrics } from './metrics.ts'
import type { ConsumerOptions } from './options.ts'
import { Ownership, type Tenure } from './ownership.ts'
import { PARKING_DEFAULTS, ParkedSource } from './parked-source.ts'
import type { ParkedPlace } from './partition-health.ts'
import type { Step } from './step.ts'
import { crashGuard } from './steps/crash-guard.ts'
import { dedupe } from './steps/dedupe.ts'
import { park } from './steps/park.ts'
import type { Store } from './store.ts'
import { storedTransport } from './stored-transport.ts'
import type { Subscription, Transport } from './transport.ts'
import type { Waits } from './waits.ts'

export interface StoreParts<Event> {
  readonly store: Store | undefined
  readonly contract: Pick<ConsumerContract<Event>, 'urn' | 'id'>
  readonly transport: Transport
  readonly subscription: Subscription
  readonly settings: Required<Pick<ConsumerOptions<Event>, 'effects' | 'leaseMs' | 'onDeadLetter' | 'window'>> &
    Pick<ConsumerOptions<Event>, 'parking'>
  readonly laneOf: (delivery: Incoming) => string | null
  readonly clock: Clock
  readonly log: Log
  readonly metrics: ConsumerMetrics
  readonly waits: Waits
  readonly stopping: AbortSignal
}

/** What a consumer with a store has beside one without. */
export interface Attached<Event> {
  readonly transport: Transport
  /** Whether something can hold a message back outside its lane. */
  readonly canDelay: boolean
  /** Between dead-letter and retry. */
  readonly outer: readonly Step<Incoming['body']>[]
  /** Between validate and the user's steps. */
  readonly inner: readonly Step<Event>[]
  /** In words, for health. */
  readonly waitingFor: () => readonly string[]
  /** Whether the store refuses something that a message waits for. */
  readonly isRefused: () => boolean
  readonly parked: () => readonly ParkedPlace[]
}

/** Puts the store to use: fences, parking, crash guard, inbox. Without one the consumer is left as it is. */
export function attachStore<Event>(parts: StoreParts<Event>): Attached<Event> {
  const { store, subscription, transport } = parts
  const { delayedRetry, ownsPartitions } = transport.capabilities
  if (store === undefined) {
    refuseHolding(parts.settings)
    return {
      transport,
      canDelay: delayedRetry !== 'none',
      outer: [],
      inner: [],
      waitingFor: () => [],
      isRefused: () => false,
      parked: () => [],
    }
  }
  const { group } = subscription
  if (group === undefined) {
    throw new Failure('CONTRADICTORY_OPTIONS', 'A store keeps what a group has done; this consumer has no group.')
  }
  const { clock, log, settings, stopping, metrics, contract } = parts
  const ownership = new Ownership({ store, group, exclusive: ownsPartitions, clock, log, stopping })
  const parked = parkedSource(parts, ownership, group)
  if (parked === undefined) refuseHolding(settings)
  const canDelay = parked !== undefined || delayedRetry !== 'none'
  return {
    transport: storedTransport(transport, { store, ownership, parked, clock, log }),
    canDelay,
    outer: [
      ...parkStep(parts, ownership, group, parked),
      crashGuard({
        fencing: store.fencing,
        ownership,
        isolation: isolationOf(store.inbox),
        window: settings.window,
        waits: parts.waits,
        clock,
        stopping,
      }),
    ],
    inner: [
      dedupe<Event>({
        inbox: store.inbox,
        ownership,
        handler: contract.urn,
        id: contract.id,
        effects: settings.effects,
        leaseMs: settings.leaseMs,
        canDelay,
        onDuplicate: () => {
          metrics.duplicates += 1
        },
        clock,
      }),
    ],
    waitingFor: () => [
      ...(ownership.isRefused ? [`${store.name} does not answer; messages wait for it`] : []),
      ...(parked?.isFull ? ['parking is full: partitions wait for parked keys to be worked off'] : []),
    ],
    isRefused: () => ownership.isRefused,
    parked: () => ownership.held.filter(({ lanes }) => lanes.size > 0).map(placeOf),
  }
}

function placeOf({ fence: { topic, partition }, lanes }: Tenure): ParkedPlace {
  return { topic, partition, lanes: lanes.values() }
}

function refuseHolding({ onDeadLetter }: Pick<ConsumerOptions<never>, 'onDeadLetter'>): void {
  if (onDeadLetter !== 'holdKey') return
  throw new Failure(
    'CONTRADICTORY_OPTIONS',
    'onDeadLetter is "holdKey"; that takes a store that can park what is held.',
  )
}

function parkedSource<Event>(
  { clock, log, metrics, settings, store, subscription, transport }: StoreParts<Event>,
  ownership: Ownership,
  group: string,
): ParkedSource | undefined {
  if (store?.parking === undefined || settings.parking === false) return undefined
  return new ParkedSource({
    parking: store.parking,
    ownership,
    transport,
    group,
    dlq: subscription.dlq,
    onDeadLetter: settings.onDeadLetter,
    limits: { ...PARKING_DEFAULTS, ...settings.parking },
    onLoad: ({ lanes, messages }) => {
      metrics.parkedKeys = lanes
      metrics.parkedMessages = messages
    },
    clock,
    log,
  })
}

function parkStep<Event>(
  { clock, laneOf, settings, stopping, store, waits }: StoreParts<Event>,
  ownership: Ownership,
  group: string,
  parked: ParkedSource | undefined,
): readonly Step<Incoming['body']>[] {
  if (store?.parking === undefined || parked === undefined) return []
  const { parking } = store
  const { onDeadLetter } = settings
  return [
    park({
      parking,
      ownership,
      group,
      laneOf,
      onDeadLetter,
      isFull: () => parked.isFull,
      onParked: () => parked.added(),
      waits,
      clock,
      stopping,
    }),
  ]
}
