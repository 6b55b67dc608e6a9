import type { LockFile } from './lock-file.ts'

/** What a new contract means for one handler. */
export interface HandlerNews {
  /** `user-created`, before `.handler.ts`. */
  readonly file: string
  readonly kind: 'new' | 'gone' | 'changed'
  /** `user.phone?: string` */
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** Compares the contract as it was printed before with the one printed now. */
export function describeChanges(before: LockFile | undefined, now: LockFile): readonly HandlerNews[] {
  const old = before?.consumers ?? {}
  const files = [...new Set([...Object.keys(old), ...Object.keys(now.consumers)])].sort()
  return files.flatMap((file): readonly HandlerNews[] => {
    const earlier = old[file]?.fields
    const later = now.consumers[file]?.fields
    const added = missingFrom(earlier ?? [], later ?? [])
    const removed = missingFrom(later ?? [], earlier ?? [])
    if (earlier === undefined) return [{ file, kind: 'new', added, removed }]
    if (later === undefined) return [{ file, kind: 'gone', added, removed }]
    return added.length + removed.length === 0 ? [] : [{ file, kind: 'changed', added, removed }]
  })
}

function missingFrom(some: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(some)
  return others.filter((entry) => !known.has(entry))
}
