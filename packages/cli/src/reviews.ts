import type { Review } from '@longshore/manifest'

const DECISIONS = ['confirm', 'reject', 'add']

/** Reads the `reviews` of a configuration. Answers the reviews, or the first sentence about what is wrong with them. */
export function parseReviews(values: readonly unknown[]): readonly Review[] | string {
  const reviews: Review[] = []
  for (const [index, value] of values.entries()) {
    const problem = isRecord(value) ? problemOf(value) : 'must be a mapping'
    if (problem !== undefined) return `reviews[${index}] ${problem}`
    // `problemOf` has checked every member that a review has.
    reviews.push(value as Review)
  }
  return reviews
}

function problemOf({
  kind,
  reason,
  event,
  field,
  decision,
  transport,
  retention,
}: {
  readonly [key: string]: unknown
}) {
  if (typeof reason !== 'string' || reason.trim() === '') return 'needs a reason: the next reader will ask'
  if (event !== undefined && typeof event !== 'string') return 'names its event as text'
  if (kind === 'pii') {
    if (typeof field !== 'string') return 'needs a field, as the manifest has it: user.email'
    return DECISIONS.includes(String(decision)) ? undefined : `needs a decision: ${DECISIONS.join(', ')}`
  }
  if (kind === 'transport') return typeof transport === 'string' ? undefined : 'needs a transport: kafka, amqp, mqtt'
  if (kind === 'retention') {
    return typeof retention === 'string' || typeof retention === 'number'
      ? undefined
      : 'needs a retention: 7d, PT24H, infinite'
  }
  return 'needs a kind: pii, transport or retention'
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
