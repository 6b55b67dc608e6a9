import type { Assignment, Incoming, Source } from './delivery.ts'
import type { Tenure } from './ownership.ts'
import type { ParkedHead } from './parking.ts'

/** The right to work on a parked message: that to its partition, for the lane that is locked. */
export class ParkedAssignment implements Assignment {
  /** Under the newest lock: one that ran out while the message was worked on is taken anew. */
  head: ParkedHead
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

  get place(): Pick<Source, 'topic' | 'partition'> {
    return this.tenure.fence
  }
}

/** Where a delivery lay parked; `undefined` for one that comes from the broker. */
export function parkedAt({ assignment }: Pick<Incoming, 'assignment'>): ParkedAssignment | undefined {
  return assignment instanceof ParkedAssignment ? assignment : undefined
}
