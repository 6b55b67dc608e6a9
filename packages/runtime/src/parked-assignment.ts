import type { Assignment, Incoming } from './delivery.ts'
import type { Tenure } from './ownership.ts'
import type { ParkedHead } from './parking.ts'

/** The right to work on a parked message: that to its partition, for the lane that is locked. */
export class ParkedAssignment implements Assignment {
  readonly head: ParkedHead
  readonly tenure: Tenure

  constructor(head: ParkedHead, tenure: Tenure) {
    this.head = head
    this.tenure = tenure
  }

  get active(): boolean {
    return this.tenure.active
  }

  get signal(): AbortSignal {
    return this.tenure.signal
  }
}

/** Where a delivery lay parked; `undefined` for one that comes from the broker. */
export function parkedAt({ assignment }: Pick<Incoming, 'assignment'>): ParkedAssignment | undefined {
  return assignment instanceof ParkedAssignment ? assignment : undefined
}
