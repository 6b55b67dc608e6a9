import type { TransportName } from '../manifest.ts'

/** One thing in the document that speaks for a transport. */
export interface TransportEvidence {
  readonly transport: TransportName
  /** 0 to 1. */
  readonly confidence: number
  /** What it is and where: `channel binding`, `server production (kafka-secure)`. */
  readonly about: string
  readonly tls?: boolean
  /** The channel itself says so, by name: a server it lists. */
  readonly named?: boolean
}
