const UNIT_MS: { readonly [unit: string]: number } = {
  ms: 1,
  s: 1_000,
  m: 60 * 1_000,
  h: 60 * 60 * 1_000,
  d: 24 * 60 * 60 * 1_000,
  w: 7 * 24 * 60 * 60 * 1_000,
  y: 365 * 24 * 60 * 60 * 1_000,
}

/** Retention without end. */
export const FOR_EVER = -1

/**
 * A span of time as contracts write it, in milliseconds: `7d`, `24h`, `30m`, `10s`, `500ms`, `2w`, `6y`, ISO 8601 (`P7D`, `PT24H`),
 * plain milliseconds as number or text; `infinite`, `forever`, `unlimited` and any negative number are {@link FOR_EVER}.
 * `undefined` when it is none of these.
 */
export function parseRetention(value: unknown): number | undefined {
  if (typeof value === 'number') return fromNumber(value)
  if (typeof value !== 'string') return undefined
  const text = value.trim().toLowerCase()
  if (/^(infinite|infinity|forever|for ever|unlimited)$/.test(text)) return FOR_EVER
  if (/^-?\d+$/.test(text)) return fromNumber(Number(text))
  return fromUnits(text) ?? fromIso(text)
}

function fromNumber(value: number): number | undefined {
  if (!Number.isFinite(value)) return undefined
  return value < 0 ? FOR_EVER : Math.round(value)
}

function fromUnits(text: string): number | undefined {
  const [, amount, unit] = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/.exec(text) ?? []
  const unitMs = unit === undefined ? undefined : UNIT_MS[shortUnit(unit)]
  return amount === undefined || unitMs === undefined ? undefined : Math.round(Number(amount) * unitMs)
}

/** `days`, `day` and `d` are one unit. */
function shortUnit(unit: string): string {
  if (/^(ms|msecs?|millis|milliseconds?)$/.test(unit)) return 'ms'
  if (/^(s|secs?|seconds?|m|mins?|minutes?|h|hrs?|hours?|d|days?|w|weeks?|y|yrs?|years?)$/.test(unit))
    return unit.charAt(0)
  return unit
}

/** ISO 8601 durations; a month counts 30 days and a year 365. */
function fromIso(text: string): number | undefined {
  const match = /^p(?:(\d+)y)?(?:(\d+)m)?(?:(\d+)w)?(?:(\d+)d)?(?:t(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?)?$/.exec(
    text,
  )
  if (!match || !/\d/.test(text)) return undefined
  const [years, months, weeks, days, hours, minutes, seconds] = match.slice(1).map((part) => Number(part ?? 0))
  const wholeDays = (years ?? 0) * 365 + (months ?? 0) * 30 + (weeks ?? 0) * 7 + (days ?? 0)
  return Math.round(((wholeDays * 24 + (hours ?? 0)) * 60 + (minutes ?? 0)) * 60_000 + (seconds ?? 0) * 1_000)
}
