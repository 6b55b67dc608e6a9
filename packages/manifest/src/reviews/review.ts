import type { Field, PiiTier, TransportName } from '../manifest.ts'

/** One decision of a person about a contract, kept in `longshore.yaml`. It survives re-import and stands above what is detected. */
export type Review = PiiReview | TransportReview | RetentionReview

interface Reviewed {
  /**
   * Which events it is about: a URN, an event's name, a channel's name or address. `*` stands for any text.
   * Default: all events of the contract.
   */
  readonly event?: string
  /** Why; kept as evidence, because the next reader will ask. */
  readonly reason: string
}

/** Whether a field is personal data. */
export interface PiiReview extends Reviewed {
  readonly kind: 'pii'
  /** The field's path as the manifest has it; `*` stands for any text. Header fields are written `headers.<path>`. */
  readonly field: string
  /** `confirm` and `add` make it personal, whether it was found or not; `reject` says it is none. */
  readonly decision: 'confirm' | 'reject' | 'add'
  /** Default: what was detected, else `personal_data`. */
  readonly category?: NonNullable<Field['category']>
  /** Default `explicit`. */
  readonly tier?: PiiTier
}

/** How the events travel, where the document does not say or says it wrong. */
export interface TransportReview extends Reviewed {
  readonly kind: 'transport'
  readonly transport: TransportName
}

/** How long the events are kept, where the document does not say. */
export interface RetentionReview extends Reviewed {
  readonly kind: 'retention'
  /** `7d`, ISO 8601, milliseconds, `infinite`. */
  readonly retention: string | number
}
