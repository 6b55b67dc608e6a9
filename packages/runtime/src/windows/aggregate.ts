import { BlockFold, type Fold, type TimeFold } from './time-fold.ts'

/** What is made of the values in a window. */
export interface Aggregate {
  /** One word, for `explain()`. */
  readonly name: string
  /** An empty collection of events, folded this way. */
  readonly open: () => TimeFold
}

/**
 * Makes an aggregate out of a fold.
 *
 * @example
 * const last = aggregate('last', { of: (value) => value, merge: (_, later) => later, result: (value) => value })
 */
export function aggregate<Partial>(name: string, fold: Fold<Partial>): Aggregate {
  return Object.freeze({ name, open: () => new BlockFold(fold) })
}

const itself = (value: number) => value

/** Sums are added in another order after a restart: two readings of one window may differ in their last digit. */
export const mean: Aggregate = aggregate('mean', {
  of: (sum: number) => ({ sum, count: 1 }),
  merge: (a, b) => ({ sum: a.sum + b.sum, count: a.count + b.count }),
  result: ({ sum, count }) => sum / count,
})

export const sum: Aggregate = aggregate('sum', { of: itself, merge: (a, b) => a + b, result: itself })

export const count: Aggregate = aggregate('count', { of: () => 1, merge: (a, b) => a + b, result: itself })

export const min: Aggregate = aggregate('min', { of: itself, merge: (a, b) => Math.min(a, b), result: itself })

export const max: Aggregate = aggregate('max', { of: itself, merge: (a, b) => Math.max(a, b), result: itself })
