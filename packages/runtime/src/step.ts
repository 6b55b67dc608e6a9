import type { Delivery } from './delivery.ts'
import type { Outcome } from './outcome.ts'

/** Works on one delivery. May answer at once or later; a throw is a failure of the message. */
export type Handle<Body> = (delivery: Delivery<Body>) => Outcome | Promise<Outcome>

/**
 * One stage of the pipeline: takes a delivery with body `In` and hands one with body `Out` to `next`. A step never speaks to a
 * broker. It may look at the delivery, change the body, call `next` or not, and change the outcome.
 */
export interface Step<In = unknown, Out = In> {
  /** One word, shown by `explain()` and in metrics. */
  readonly name: string
  /** What it does, in one line, with the numbers it was built with. */
  readonly about: string
  wrap(next: Handle<Out>): Handle<In>
}
