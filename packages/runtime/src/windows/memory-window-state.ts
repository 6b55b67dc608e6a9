import type {
  StoredWindows,
  WindowChange,
  WindowDecision,
  WindowKey,
  WindowPlace,
  WindowState,
} from './window-state.ts'

interface Entry {
  readonly of: WindowKey
  readonly place: WindowPlace
  /** As of the oldest change below. */
  base: StoredWindows
  /** What came since, oldest first. Kept apart so that the last one can be taken back. */
  readonly changes: WindowChange[]
}

const MOST_CHANGES = 256

/** Windows in the memory of this process, for tests and first runs: as good as the others until the process ends. */
export function memoryWindowState(): WindowState<undefined> {
  const entries = new Map<string, Entry>()
  const decisions = new Map<string, WindowDecision[]>()
  const known = ({ name, key }: WindowKey) => decisions.get(JSON.stringify([name, key])) ?? []
  return {
    async open() {},

    async load(_, of) {
      const entry = entries.get(nameOf(of))
      return { ...(entry === undefined ? NEW : gathered(entry)), decisions: known(of) }
    },

    async write(_, of, place, change) {
      const entry = entries.get(nameOf(of)) ?? { of, place, base: NEW, changes: [] }
      if (stampOf(entry) !== change.from) return 'stale'
      if (entry.changes.length >= MOST_CHANGES) compact(entry)
      entry.changes.push(change)
      entries.set(nameOf(of), entry)
      if (change.decisions.length > 0)
        decisions.set(JSON.stringify([of.name, of.key]), [...known(of), ...change.decisions])
      return 'written'
    },

    undo(of, change) {
      const entry = entries.get(nameOf(of))
      if (entry?.changes.at(-1)?.stamp !== change.stamp) return
      entry.changes.pop()
      decisions.set(
        JSON.stringify([of.name, of.key]),
        known(of).filter((decision) => !change.decisions.includes(decision)),
      )
    },

    async due({ group, name }, at, nowMs, limit) {
      const due: { readonly key: string; readonly atMs: number }[] = []
      for (const { of, place, changes } of entries.values()) {
        const atMs = changes.at(-1)?.dueAtMs ?? null
        if (atMs === null || atMs > nowMs || of.group !== group || of.name !== name) continue
        if (at === undefined || (place.topic === at.topic && place.partition === at.partition))
          due.push({ key: of.key, atMs })
      }
      due.sort((a, b) => a.atMs - b.atMs)
      return due.slice(0, limit).map(({ key }) => key)
    },
  }
}

const NEW: StoredWindows = Object.freeze({
  stamp: null,
  streamTimeMs: null,
  seenAtMs: 0,
  lastId: null,
  alert: null,
  samples: [],
  windows: [],
  decisions: [],
})

function nameOf({ group, name, key }: WindowKey): string {
  return JSON.stringify([group, name, key])
}

function stampOf({ base, changes }: Entry): string | null {
  return changes.at(-1)?.stamp ?? base.stamp
}

/** All but the last change become part of the base. */
function compact(entry: Entry): void {
  const last = entry.changes.pop()
  entry.base = gathered(entry)
  entry.changes.splice(0, entry.changes.length, ...(last === undefined ? [] : [last]))
}

function gathered({ base, changes }: Entry): StoredWindows {
  const samples = new Map(base.samples.map((sample) => [sample.id, sample]))
  const windows = new Map(base.windows.map((window) => [window.endMs, window]))
  for (const change of changes) {
    for (const sample of change.samples) samples.set(sample.id, sample)
    for (const window of change.windows) windows.set(window.endMs, window)
  }
  const { samplesBeforeMs, windowsUpToMs } = lastForgotten(changes)
  const { stamp, streamTimeMs, seenAtMs, lastId, alert } = changes.at(-1) ?? base
  return {
    stamp,
    streamTimeMs,
    seenAtMs,
    lastId,
    alert,
    samples: [...samples.values()]
      .filter(({ timeMs }) => timeMs >= samplesBeforeMs)
      .sort((a, b) => a.timeMs - b.timeMs),
    windows: [...windows.values()].filter(({ endMs }) => endMs > windowsUpToMs).sort((a, b) => a.endMs - b.endMs),
    decisions: [],
  }
}

/** Stream time never goes back, so the last one covers all before it. */
function lastForgotten(changes: readonly WindowChange[]): NonNullable<WindowChange['forget']> {
  const none = { samplesBeforeMs: Number.NEGATIVE_INFINITY, windowsUpToMs: Number.NEGATIVE_INFINITY }
  return changes.filter(({ forget }) => forget !== null).at(-1)?.forget ?? none
}
