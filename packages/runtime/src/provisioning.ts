import type { Subscription } from './transport.ts'

/** What has to be there for one consumer to start; without `group`, `dlq` and `retryTopic` for one producer. */
export type ProvisionRequest = Pick<Subscription, 'topics' | 'bindings'> &
  Partial<Pick<Subscription, 'group' | 'dlq' | 'retryTopic'>>

export interface ProvisionOptions {
  /** Looks, and creates nothing. Default false. */
  readonly dryRun?: boolean
}

/** What was found, or made, of one topic, queue or exchange. */
export interface Provisioned {
  readonly name: string
  /** `differs`: it is there and not as stated; nothing is ever altered. `missing`: it is not there and was not to be made. */
  readonly state: 'created' | 'missing' | 'as-stated' | 'differs'
  /** What it was made with, or each setting that differs: `partitions: 6 stated, 3 found`. */
  readonly details: readonly string[]
}
