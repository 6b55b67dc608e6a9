import { type Clock, systemClock } from './clock.ts'
import type { Context, Handler } from './consumer-contract.ts'
import { Failure } from './failure.ts'

/** Several events handled together. Each is settled by itself. */
export interface Batch<Event> {
  readonly items: readonly BatchItem<Event>[]
  /** Says that this item failed and why; it goes on as if its handler had thrown. The others are done. */
  fail(item: BatchItem<Event>, error: unknown): void
}

export interface BatchItem<Event> {
  readonly event: Event
  readonly context: Context
}

/** Return: every item not failed is done. Throw: see {@link BatchOptions.splittable}. */
export type BatchHandler<Event> = (batch: Batch<Event>) => void | Promise<void>

export interface BatchOptions {
  /** Default 100: one statement's worth. The consumer's `concurrency` must be at least this, else only time fills a batch. */
  readonly maxItems?: number
  /** From the first item. Default 1 s; a drain waits no longer than this for the last batch. */
  readonly maxWaitMs?: number
  /**
   * The handler is atomic or idempotent, so that a batch that threw may be tried again in halves until the bad item is alone. Default
   * false: a throw fails every item, and each is retried by itself.
   */
  readonly splittable?: boolean
  readonly clock?: Clock
}

/** The defaults; each reason stands at its option. */
export const BATCH_DEFAULTS = Object.freeze({ maxItems: 100, maxWaitMs: 1_000, splittable: false })

interface Pending<Event> extends BatchItem<Event> {
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

/**
 * A handler that gathers events and hands them on together, by count or by time, whichever comes first. Order per key holds: a key's
 * next event is not begun before this one is settled, so a batch never has two of one key, unless the contract's order is `none`.
 */
export function inBatches<Event>(handler: BatchHandler<Event>, options: BatchOptions = {}): Handler<Event> {
  const { maxItems, maxWaitMs, splittable, clock } = { ...BATCH_DEFAULTS, clock: systemClock, ...options }
  let pending: Pending<Event>[] = []
  let waiting = new AbortController()

  const flush = () => {
    waiting.abort()
    waiting = new AbortController()
    const batch = pending
    pending = []
    void handleAll(batch, handler, splittable)
  }
  return (event, context) =>
    new Promise((done, failed) => {
      pending.push({ event, context, done, failed })
      if (pending.length >= maxItems) flush()
      else if (pending.length === 1) clock.sleep(maxWaitMs, waiting.signal).then(flush, () => undefined)
    })
}

/** Never rejects: each item is told how it went. */
async function handleAll<Event>(
  batch: readonly Pending<Event>[],
  handler: BatchHandler<Event>,
  splittable: boolean,
): Promise<void> {
  const errors = new Map<BatchItem<Event>, unknown>()
  try {
    await handler({ items: batch, fail: (item, error) => errors.set(item, error) })
  } catch (thrown) {
    return splittable && batch.length > 1 ? inHalves(batch, handler) : failAll(batch, thrown)
  }
  for (const item of batch) {
    if (errors.has(item)) item.failed(errors.get(item))
    else item.done()
  }
}

async function inHalves<Event>(batch: readonly Pending<Event>[], handler: BatchHandler<Event>): Promise<void> {
  const middle = batch.length >>> 1
  await handleAll(batch.slice(0, middle), handler, true)
  await handleAll(batch.slice(middle), handler, true)
}

/** A failure object is shared by the items, so that a dependency that is down counts once and poison stays poison. */
function failAll<Event>(batch: readonly Pending<Event>[], thrown: unknown): void {
  const failure = Failure.from(thrown)
  for (const { failed } of batch) failed(failure)
}
