import type { Random } from './random.ts'
import type { ChaosSettings } from './settings.ts'

/** Everything that can go wrong. */
export const KINDS = ['kill', 'freeze', 'leave', 'cut', 'kill-producer', 'restart', 'crash', 'outage'] as const

/**
 * Something that goes wrong.
 *
 * | kind | what |
 * | --- | --- |
 * | `kill` | a consumer process ends by SIGKILL; another starts in its place |
 * | `freeze` | a consumer process stands still (SIGSTOP), perhaps for longer than its session lasts, and goes on (SIGCONT) |
 * | `leave` | a consumer stops in order, another starts in its place: partitions move |
 * | `cut` | all its database connections are ended, in whatever transaction they are |
 * | `kill-producer` | a producer process ends by SIGKILL; another goes on in its place |
 * | `restart` | the broker ends in order and starts again |
 * | `crash` | the broker ends by SIGKILL and starts again |
 * | `outage` | the database is killed, and back after a while |
 */
export interface Strike {
  readonly atMs: number
  readonly kind: (typeof KINDS)[number]
  /** Of the consumers, or of the producers. */
  readonly victim: number
  /** For `freeze` and `outage`: how long. */
  readonly lastsMs: number
}

/** All strikes of a run, in order of time. The same seed plans the same. */
export function planStrikes(settings: ChaosSettings, random: Random): readonly Strike[] {
  const { seconds, kills, restarts, crashes, outages, consumers, producers } = settings
  const counts = {
    kill: kills,
    freeze: Math.ceil(kills / 4),
    leave: Math.ceil(kills / 4),
    cut: Math.ceil(kills / 10),
    'kill-producer': Math.ceil(kills / 10),
    restart: restarts,
    crash: crashes,
    outage: outages,
  } as const
  return KINDS.flatMap((kind) =>
    Array.from({ length: counts[kind] }, (_, index) => ({
      kind,
      atMs: ((index + random.next()) / counts[kind]) * seconds * 1_000,
      victim: random.below(kind === 'kill-producer' ? producers : consumers),
      lastsMs: random.between(500, 9_000),
    })),
  ).sort((one, other) => one.atMs - other.atMs)
}
