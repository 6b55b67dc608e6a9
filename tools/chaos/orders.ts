import type { ChaosSettings } from './settings.ts'

/** What a consumer process is told by the run, as JSON in its first argument. */
export interface Orders extends Pick<ChaosSettings, 'driver' | 'inbox' | 'partitions'> {
  /** Tells its effects from those of other processes. */
  readonly name: string
  readonly brokers: readonly string[]
  readonly connectionString: string
  /** Also the schema of the run's tables. */
  readonly topic: string
}
