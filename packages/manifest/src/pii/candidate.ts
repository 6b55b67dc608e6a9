import type { JsonObject } from '@longshore/contract'
import type { PiiTier } from '../manifest.ts'

/** A value to be judged, and what is around it. */
export interface PiiCandidate {
  readonly name: string
  /** As {@link valueType} writes it. */
  readonly type: string
  /** Every schema object that describes the value, then those of its items. */
  readonly schemas: readonly JsonObject[]
  /** The contract's names for its type. */
  readonly typeNames: readonly string[]
  /** Names around it, nearest level first: enclosing objects with their types, the message, the channel. */
  readonly owners: readonly (readonly string[])[]
  /** The fields beside it are those of a person. Default false. */
  readonly besidePerson?: boolean
}

/** Personal data, how sure that is, and why. */
export interface PiiFinding {
  readonly category: string
  readonly tier: PiiTier
  /** 0 to 1, two decimals; meant as the share of such fields that are personal data. */
  readonly confidence: number
  /** What spoke for it, never a value. */
  readonly evidence: readonly string[]
}
