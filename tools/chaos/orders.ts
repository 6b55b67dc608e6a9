import type { ChaosSettings } from './settings.ts'
import type { Scene } from './transport.ts'

/** What a process is told by the run, as JSON in its first argument. */
export interface Orders {
  /** Tells its effects from those of other processes. */
  readonly name: string
  /** Which of the processes of its kind it stands for; a successor has its predecessor's. */
  readonly place: number
  readonly settings: ChaosSettings
  readonly scene: Scene
  readonly brokerUrl: string
  readonly connectionString: string
}

/** The orders of this process. */
export function readOrders(): Orders {
  return JSON.parse(process.argv[2] ?? '{}')
}
