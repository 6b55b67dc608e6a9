import { systemClock } from '../clock.ts'
import { consume } from '../consume.ts'
import type { Running } from '../consumer.ts'
import type { ConsumerContract, Context, Handler } from '../consumer-contract.ts'
import { identityOf } from '../delivery.ts'
import { Failure, PermanentFailure } from '../failure.ts'
import type { Fence } from '../fencing.ts'
import { storable } from '../lane-name.ts'
import { jsonLog } from '../log.ts'
import type { TransactionalOptions } from '../options.ts'
import { eventId } from '../steps/dedupe.ts'
import type { Transport } from '../transport.ts'
import { type Aggregate, mean } from './aggregate.ts'
import type { AlertRule } from './alert.ts'
import type { WindowRules } from './key-windows.ts'
import { OwnedPartitions } from './owned-partitions.ts'
import { SilentKeys } from './silent-keys.ts'
import type { Sample } from './time-fold.ts'
import { type WindowShape, windowTimes } from './window.ts'
import { WindowKeeper } from './window-keeper.ts'
import { WindowMetrics, type WindowOutput } from './window-output.ts'
import type { WindowState } from './window-state.ts'

/** What is looked at in windows, and what becomes of it. The key is the message's: repartition first where it should be another. */
export interface Windows<Event, Tx = unknown> {
  readonly shape: WindowShape
  /** Event time, Unix milliseconds. Fractions are cut off; what is no number is a dead letter. */
  readonly time: (event: Event) => number
  /** What is folded. What is no finite number is a dead letter. */
  readonly value: (event: Event) => number
  /** Keeps the windows where the store keeps its inbox, so that both are committed together. */
  readonly state: WindowState<Tx>
  /**
   * Told, in the transaction of the event, all that it has brought about, in order; of a silent key, in a transaction of its own. What
   * is written through `tx` (an outbox, a table) happens once and is gone when this throws. Not called when there is nothing to say.
   */
  readonly put: (outputs: readonly WindowOutput[], at: WindowContext<Event, Tx>) => void | Promise<void>
  /**
   * What the windows are filed under. Default: the contract's URN. Give a replay a group of its own and the same name: it repeats what
   * was decided by a clock.
   */
  readonly name?: string
  /** Default mean. */
  readonly aggregate?: Aggregate
  /** How much later than its time an event may come and still revise results. Default 1 min; every minute more is kept in memory. */
  readonly graceMs?: number
  /**
   * Default `on-time`: results are put out as soon as stream time reaches a window's end, and again with each late event that changes
   * them. `final`: once, when the window has closed.
   */
  readonly emit?: 'on-time' | 'final'
  /** How far ahead of the broker's time an event may be dated. Default 1 min: more than clocks differ, less than harm is done. */
  readonly maxSkewMs?: number
  /** Default none. */
  readonly alert?: AlertRule
  /** Keys held in memory, so that their events need not be read again. Default 10,000: of 300 events each about 1 GB at most. */
  readonly cachedKeys?: number
}

export const WINDOW_DEFAULTS = Object.freeze({
  aggregate: mean,
  graceMs: 60 * 1_000,
  emit: 'on-time',
  maxSkewMs: 60 * 1_000,
  cachedKeys: 10_000,
} as const satisfies Partial<Windows<never>>)

/** Where outputs come from. */
export interface WindowContext<Event, Tx> {
  readonly tx: Tx
  readonly key: string
  /** Absent when the key was silent. */
  readonly event?: Event
}

/** A consumer with windows, as its owner sees it. */
export interface RunningWindows extends Running {
  readonly windows: WindowMetrics
}

/**
 * Builds a consumer that looks at the events of each key in windows of event time. It is {@link consume} with a handler of its own: the
 * claim on the event, the key's windows and whatever `put` writes are one transaction per message, under the partition's fence. What
 * comes again, in order or not, changes nothing.
 */
export function consumeInWindows<Event, Tx>(
  contract: ConsumerContract<Event>,
  transport: Transport,
  windows: Windows<Event, Tx>,
  options: TransactionalOptions<Event, Tx>,
): RunningWindows {
  const { group, order = 'key' } = contract
  if (group === undefined) throw contradiction('Windows are kept for a group; this consumer has none.')
  if (order === 'none') throw contradiction('Windows are kept per key; a consumer without order may not have them.')
  const { clock = systemClock, log = jsonLog({ clock }) } = options
  const settings = { ...WINDOW_DEFAULTS, name: contract.urn, ...windows }
  const { name, put, state } = settings
  const metrics = new WindowMetrics()
  const owned = new OwnedPartitions()
  const store = owned.watch(options.store)
  const keeper = new WindowKeeper<Tx>({ ...settings, rules: rulesOf(settings), group, name })

  const handler: Handler<Event, Tx> = async (event, context) => {
    const key = keyOf(context)
    const sample = sampleOf(event, context, contract.id, settings)
    const arrival = { brokerMs: Math.floor(context.timestampMs), nowMs: Math.floor(clock.now()) }
    const at = context.delivery.history?.origin ?? context.source
    const outputs: WindowOutput[] = []
    const { result: verdict, undo } = await keeper.change(context.tx, key, at, (ofKey) => {
      outputs.length = 0
      return ofKey.add(sample, arrival, outputs)
    })
    await putOut(outputs, { tx: context.tx, key, event }, undo)
    if (verdict === 'in') metrics.accepted += 1
    if (verdict === 'duplicate') metrics.duplicates += 1
  }

  const close = async (tx: Tx, key: string, fence: Fence, brokerMs: number) => {
    const outputs: WindowOutput[] = []
    const { result: isClosed, undo } = await keeper.changeStored(tx, key, fence, (ofKey) =>
      ofKey.fallSilent(brokerMs, outputs),
    )
    if (!isClosed) return
    await putOut(outputs, { tx, key }, undo)
    metrics.closedSilent += 1
  }

  const putOut = async (outputs: readonly WindowOutput[], at: WindowContext<Event, Tx>, undo: () => void) => {
    try {
      if (outputs.length > 0) await put(outputs, at)
    } catch (thrown) {
      undo()
      throw thrown
    }
    metrics.putOut(outputs)
  }

  const running = consume(contract, transport, handler, { ...options, store })
  const silent = new SilentKeys<Tx>({
    store,
    state,
    owned,
    group,
    name,
    order,
    topics: running.subscription.topics,
    exclusive: transport.capabilities.orderPerKey,
    lag: () => running.lag(),
    close,
    clock,
    log,
  })
  return {
    windows: metrics,
    metrics: running.metrics,
    subscription: running.subscription,
    async start() {
      await state.open()
      await running.start()
      silent.start()
    },
    async stop() {
      await silent.stop()
      await running.stop()
    },
    pause: () => running.pause(),
    resume: () => running.resume(),
    explain: () => `${running.explain()}\n${describe(settings)}`,
    health: () => running.health(),
    lag: () => running.lag(),
  }
}

type Settings<Event> = Required<
  Pick<Windows<Event>, 'shape' | 'time' | 'value' | 'aggregate' | 'graceMs' | 'emit' | 'maxSkewMs'>
> &
  Pick<Windows<Event>, 'alert'>

function rulesOf<Event>({ aggregate, alert, emit, graceMs, maxSkewMs, shape }: Settings<Event>): WindowRules {
  return { times: windowTimes(shape, graceMs, emit), aggregate, alert, maxSkewMs }
}

/** What a database can file windows under. */
function keyOf({ key }: Context): string {
  if (key === null) throw new PermanentFailure('A windowed message needs a key; have its publisher set one.')
  if (storable(key) !== key) throw new PermanentFailure('The key is too long, or holds a NUL, to file windows under.')
  return key
}

function sampleOf<Event>(
  event: Event,
  { delivery }: Context,
  idProperty: string | undefined,
  settings: Settings<Event>,
): Sample {
  const time = settings.time(event)
  const value = settings.value(event)
  if (!Number.isFinite(time)) throw new PermanentFailure('The event has no time in Unix milliseconds.')
  if (!Number.isFinite(value)) throw new PermanentFailure('The event has no finite value for its windows.')
  return { id: storable(eventId(delivery, idProperty) ?? identityOf(delivery)), timeMs: Math.floor(time), value }
}

function describe<Event>({ shape, aggregate, graceMs, emit, maxSkewMs, alert }: Settings<Event>): string {
  const advance = shape.kind === 'hopping' ? ` every ${shape.advanceMs / 1_000} s` : ''
  const lines = [
    `  windows    ${aggregate.name} over ${shape.sizeMs / 1_000} s${advance}, ${shape.kind}, by event time per key; put out ${emit}`,
    `  late       up to ${graceMs / 1_000} s after the window, revising results; later ones are counted and put out as late`,
    `  future     more than ${maxSkewMs / 1_000} s ahead: quarantined, counted and put out as future`,
  ]
  if (alert !== undefined) lines.push(`  alerts     per episode, above ${alert.above}`)
  return lines.join('\n')
}

function contradiction(message: string): Failure {
  return new Failure('CONTRADICTORY_OPTIONS', message)
}
