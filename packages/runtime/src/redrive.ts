import type { Clock } from './clock.ts'
import type { DeadLetter, DeadLetterQueue } from './dead-letter.ts'

/** Which dead letters; every condition given must hold. */
export interface LetterFilter {
  /** Ids as listed: `user.created.dlq/0/17`. */
  readonly ids?: readonly string[]
  readonly code?: string
  readonly key?: string
  /** Last failure at or after, Unix milliseconds. */
  readonly sinceMs?: number
  /** Last failure before, Unix milliseconds. */
  readonly untilMs?: number
}

export interface RedriveOptions {
  readonly filter?: LetterFilter
  /** Look, count, change nothing. Default false. */
  readonly dryRun?: boolean
  /** Letters per second. Default unlimited: the group's own window is the limit. */
  readonly perSecond?: number
  /** At most so many letters. Default all. */
  readonly limit?: number
  /** A letter redriven so often before is quarantined instead. Default 3: what failed four times fails again. */
  readonly maxRedrives?: number
  /** Stops after the letter under way. What was redriven stays so; the next call goes on behind it. */
  readonly signal?: AbortSignal
  readonly onProgress?: (report: RedriveReport) => void
  readonly clock: Clock
}

export interface RedriveReport {
  readonly redriven: number
  readonly quarantined: number
  /** Waiting letters that matched, by failure code: what a dry run is for. */
  readonly byCode: ReadonlyMap<string, number>
  readonly stopped: boolean
}

/** Sends waiting letters back to the group that failed, oldest first, each confirmed before it is marked. */
export async function redrive(queue: DeadLetterQueue, options: RedriveOptions): Promise<RedriveReport> {
  const { filter = {}, dryRun = false, limit = Number.POSITIVE_INFINITY, maxRedrives = 3, signal, clock } = options
  const byCode = new Map<string, number>()
  let redriven = 0
  let quarantined = 0
  let matched = 0
  const report = () => ({ redriven, quarantined, byCode, stopped: signal?.aborted ?? false })
  for await (const letter of queue.read()) {
    if (signal?.aborted || matched >= limit) break
    if (letter.status !== 'waiting' || !matches(letter, filter)) continue
    matched += 1
    const code = letter.details.errorCode ?? 'unknown'
    byCode.set(code, (byCode.get(code) ?? 0) + 1)
    if (dryRun) continue
    if (letter.details.redriveCount >= maxRedrives) {
      await queue.quarantine(letter)
      quarantined += 1
    } else {
      await queue.redrive(letter)
      redriven += 1
      await pace(options, clock)
    }
    options.onProgress?.(report())
  }
  return report()
}

/** Whether a letter meets every condition of the filter. */
export function matches({ id, key, details }: DeadLetter, filter: LetterFilter): boolean {
  const failedAtMs = Date.parse(details.lastFailureAt ?? '')
  if (filter.ids !== undefined && !filter.ids.includes(id)) return false
  if (filter.code !== undefined && details.errorCode !== filter.code) return false
  if (filter.key !== undefined && key !== filter.key) return false
  if (filter.sinceMs !== undefined && !(failedAtMs >= filter.sinceMs)) return false
  return filter.untilMs === undefined || failedAtMs < filter.untilMs
}

async function pace({ perSecond, signal }: RedriveOptions, clock: Clock): Promise<void> {
  if (perSecond === undefined) return
  await clock.sleep(1_000 / perSecond, signal).catch(() => undefined)
}
