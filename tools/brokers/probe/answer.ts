/** What a server says of itself when it serves clients. */
export interface Answer {
  /** Its version, when it tells. */
  readonly version?: string
  /** Why tests cannot use it although it answers, and what to do. */
  readonly problem?: string
}
