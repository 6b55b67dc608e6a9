import type { Clock } from '../clock.ts'
import type { Context } from '../consumer-contract.ts'
import { identityOf, originOf } from '../delivery.ts'
import { PermanentFailure } from '../failure.ts'
import type { Claim } from '../inbox.ts'
import { storable } from '../lane-name.ts'
import { eventId } from '../steps/dedupe.ts'
import type { Sample } from './time-fold.ts'
import type { WindowKeeper } from './window-keeper.ts'
import type { WindowMetrics, WindowOutput } from './window-output.ts'
import type { WindowPlace } from './window-state.ts'
import type { WindowContext, Windows } from './windows.ts'

export interface WindowHandlerParts<Event, Tx> {
  readonly keeper: WindowKeeper<Tx>
  readonly windows: Pick<Windows<Event, Tx>, 'time' | 'value' | 'put'>
  /** Property that holds an event's id, where the contract says so. */
  readonly id: string | undefined
  readonly metrics: WindowMetrics
  readonly clock: Clock
}

/** What happens in the transaction of an event, and in that of a silent key: windows are changed, and what that brings about is told. */
export class WindowHandler<Event, Tx> {
  readonly #parts: WindowHandlerParts<Event, Tx>
  /** By the claim's id, until its transaction has ended. */
  readonly #uncounted = new Map<string, () => void>()

  constructor(parts: WindowHandlerParts<Event, Tx>) {
    this.#parts = parts
  }

  async handle(event: Event, context: Context<Tx>): Promise<void> {
    const { clock, keeper, metrics } = this.#parts
    const key = keyOf(context)
    const sample = this.#sample(event, context)
    const arrival = { brokerMs: Math.floor(context.timestampMs), nowMs: Math.floor(clock.now()) }
    const { result, undo } = await keeper.change(context.tx, key, placeOf(context), (windows) => {
      const outputs: WindowOutput[] = []
      return { verdict: windows.add(sample, arrival, outputs), outputs }
    })
    await this.#put(result.outputs, { tx: context.tx, key, event }, undo)
    this.#uncounted.set(sample.id, () => {
      if (result.verdict === 'in') metrics.accepted += 1
      if (result.verdict === 'duplicate') metrics.duplicates += 1
      metrics.putOut(result.outputs)
    })
  }

  /** The transaction under that claim has ended: what was done in it counts if it was committed. */
  ended({ id }: Pick<Claim, 'id'>, isCommitted: boolean): void {
    if (isCommitted) this.#uncounted.get(id)?.()
    this.#uncounted.delete(id)
  }

  /** Does what is due for a key by the broker's time, if nothing has come for it meanwhile. */
  async close(tx: Tx, { id }: Pick<Claim, 'id'>, key: string, at: WindowPlace, brokerMs: number): Promise<void> {
    const { keeper, metrics } = this.#parts
    const outputs: WindowOutput[] = []
    const { result: isClosed, undo } = await keeper.changeStored(tx, key, at, (windows) =>
      windows.fallSilent(brokerMs, outputs),
    )
    if (!isClosed) return
    await this.#put(outputs, { tx, key }, undo)
    this.#uncounted.set(id, () => {
      metrics.closedSilent += 1
      metrics.putOut(outputs)
    })
  }

  async #put(outputs: readonly WindowOutput[], at: WindowContext<Event, Tx>, undo: () => void): Promise<void> {
    try {
      if (outputs.length > 0) await this.#parts.windows.put(outputs, at)
    } catch (thrown) {
      undo()
      throw thrown
    }
  }

  #sample(event: Event, { delivery }: Context): Sample {
    const { id, windows } = this.#parts
    const time = windows.time(event)
    const value = windows.value(event)
    if (!Number.isFinite(time)) throw new PermanentFailure('The event has no time in Unix milliseconds.')
    if (!Number.isFinite(value)) throw new PermanentFailure('The event has no finite value for its windows.')
    return { id: storable(eventId(delivery, id) ?? identityOf(delivery)), timeMs: Math.floor(time), value }
  }
}

/** What a database can file windows under. */
function keyOf({ key }: Context): string {
  if (key === null) throw new PermanentFailure('A windowed message needs a key; have its publisher set one.')
  if (storable(key) !== key) throw new PermanentFailure('The key is too long, or holds a NUL, to file windows under.')
  return key
}

/** Where the key's messages come from: a redriven one comes from elsewhere. */
function placeOf({ delivery }: Context): WindowPlace {
  return originOf(delivery)
}
