import type { OwnBroker } from '@longshore/brokers'
import type { Transport } from '@longshore/runtime'
import type { Fleet } from './fleet.ts'
import type { Ledger } from './ledger.ts'
import type { ChaosSettings } from './settings.ts'
import type { ChaosBroker, ChaosTransport, Scene } from './transport.ts'

/** All that takes part in a run. */
export interface Stage {
  readonly settings: ChaosSettings
  readonly scene: Scene
  readonly chaos: ChaosTransport
  readonly broker: ChaosBroker
  /** The run's own PostgreSQL, where it is to be struck. */
  readonly postgres: OwnBroker | undefined
  readonly ledger: Ledger
  /** The run's own connection to the broker, to read dead letters. */
  readonly transport: Transport
  readonly consumers: Fleet
  readonly producers: Fleet
  /** Batches that broker or ledger did not confirm at first. */
  readonly refusals: () => number
  /** The run is to end now. */
  readonly signal: AbortSignal
  /** Told now and then how far it is, in one line. */
  readonly onProgress: (line: string) => void
}
