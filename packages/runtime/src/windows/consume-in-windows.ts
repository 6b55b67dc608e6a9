import { systemClock } from '../clock.ts'
import { consume } from '../consume.ts'
import type { Running } from '../consumer.ts'
import type { ConsumerContract } from '../consumer-contract.ts'
import { Failure } from '../failure.ts'
import { shareIsolation } from '../isolation.ts'
import { jsonLog } from '../log.ts'
import type { TransactionalOptions } from '../options.ts'
import type { Transport } from '../transport.ts'
import { OwnedPartitions } from './owned-partitions.ts'
import { sharedTransactions } from './shared-transactions.ts'
import { SilentKeys } from './silent-keys.ts'
import { WindowHandler } from './window-handler.ts'
import { WindowKeeper } from './window-keeper.ts'
import { WindowMetrics } from './window-output.ts'
import { describeWindows, rulesOf, WINDOW_DEFAULTS, type Windows } from './windows.ts'

/** A consumer with windows, as its owner sees it. */
export interface RunningWindows extends Running {
  readonly windows: WindowMetrics
}

/**
 * Builds a consumer that looks at the events of each key in windows of event time. It is {@link consume} with a handler of its own: the
 * claim on the event, the key's windows and whatever `put` writes are committed together, under the partition's fence, and with them the
 * events of other keys that came meanwhile. What comes again, in order or not, changes nothing.
 */
export function consumeInWindows<Event, Tx>(
  contract: ConsumerContract<Event>,
  transport: Transport,
  windows: Windows<Event, Tx>,
  options: TransactionalOptions<Event, Tx>,
): RunningWindows {
  const { group, order } = keptFor(contract)
  const { clock = systemClock, log = jsonLog({ clock }) } = options
  const settings = { ...WINDOW_DEFAULTS, name: contract.urn, ...windows }
  const { cachedKeys, name, state } = settings
  const owned = new OwnedPartitions()
  const metrics = new WindowMetrics()
  const keeper = new WindowKeeper({ state, rules: rulesOf(settings), group, name, cachedKeys })
  const handler = new WindowHandler({ keeper, windows, id: contract.id, metrics, clock })
  const watched = owned.watch(options.store)
  const inbox = sharedTransactions({
    inbox: watched.inbox,
    most: settings.batch,
    onEnded: (claim, isCommitted) => handler.ended(claim, isCommitted),
  })
  shareIsolation(inbox, watched.inbox)
  const store = { ...watched, inbox }
  const running = consume<Event, Tx>(contract, transport, (event, context) => handler.handle(event, context), {
    ...options,
    store,
  })
  const silent = new SilentKeys<Tx>({
    store,
    state,
    owned,
    group,
    name,
    order,
    retryTopic: running.subscription.retryTopic,
    exclusive: transport.capabilities.ownsPartitions,
    lag: () => running.lag(),
    close: (tx, claim, key, fence, brokerMs) => handler.close(tx, claim, key, fence, brokerMs),
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
    explain: () => `${running.explain()}\n${describeWindows(settings)}`,
    health: () => running.health(),
    lag: () => running.lag(),
  }
}

function keptFor({ group, order = 'key' }: Pick<ConsumerContract<unknown>, 'group' | 'order'>) {
  if (group === undefined) throw contradiction('Windows are kept for a group; this consumer has none.')
  if (order === 'none') throw contradiction('Windows are kept per key; a consumer without order may not have them.')
  return { group, order }
}

function contradiction(message: string): Failure {
  return new Failure('CONTRADICTORY_OPTIONS', message)
}
