/** When a window's result is an alarm. The defaults judge each result by itself, as a plain threshold does. */
export interface AlertRule {
  /** An episode begins with a result above this. */
  readonly above: number
  /** It ends with a result of at most `above` less this. Default 0: at the threshold itself; more keeps one that trembles in one piece. */
  readonly hysteresis?: number
  /** Results of fewer events decide nothing, neither way. Default 1: all decide. */
  readonly minSamples?: number
}

export const ALERT_DEFAULTS = Object.freeze({ hysteresis: 0, minSamples: 1 } as const satisfies Omit<
  AlertRule,
  'above'
>)

/** What is known of one key's alert. Plain data, kept with the key's windows. */
export interface AlertState {
  /** The latest end of a window that was judged. */
  readonly judgedMs: number
  /** Absent while all is well. */
  readonly episode?: Episode
}

export interface Episode {
  /** End of the window that began it. */
  readonly startedAtMs: number
  /** The highest result so far. */
  readonly peak: number
}

/** What of a window is judged. */
export interface Judged {
  readonly endMs: number
  readonly value: number
  readonly count: number
}

/**
 * The state after a result. Only the newest result counts, whether it is new or revised: a revision of an older one changes what was,
 * not whether something is wrong now.
 */
export function judge(rule: AlertRule, state: AlertState | undefined, { endMs, value, count }: Judged): AlertState {
  const { above, hysteresis, minSamples } = { ...ALERT_DEFAULTS, ...rule }
  if (state !== undefined && endMs < state.judgedMs) return state
  const episode = state?.episode
  if (count < minSamples) return remember(endMs, episode)
  if (episode === undefined) return remember(endMs, value > above ? { startedAtMs: endMs, peak: value } : undefined)
  if (value <= above - hysteresis) return remember(endMs, undefined)
  return remember(endMs, value > episode.peak ? { ...episode, peak: value } : episode)
}

function remember(judgedMs: number, episode: Episode | undefined): AlertState {
  return episode === undefined ? { judgedMs } : { judgedMs, episode }
}
