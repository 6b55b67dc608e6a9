import type { LockFile } from './lock-file.ts'

/** What a new contract means for one handler. */
export interface HandlerNews {
  /** `user-created`, before `.handler.ts`. */
  readonly file: string
  readonly kind: 'new' | 'gone' | 'changed'
  /** `user.phone?: string`, `dlq: user.created.dlq` */
  readonly added: readonly string[]
  readonly removed: readonly string[]
}

/** Compares the contract as it was printed before with the one printed now. */
export function describeChanges(before: LockFile | undefined, now: LockFile): readonly HandlerNews[] {
  const old = before?.consumers ?? {}
  const files = [...new Set([...Object.keys(old), ...Object.keys(now.consumers)])].sort()
  return files.flatMap((file): readonly HandlerNews[] => {
    const [earlier, later] = [old[file], now.consumers[file]]
    if (earlier === undefined) return [{ file, kind: 'new', added: later?.fields ?? [], removed: [] }]
    if (later === undefined) return [{ file, kind: 'gone', added: [], removed: earlier.fields }]
    const deliveryBefore = earlier.delivery ?? later.delivery ?? []
    const added = [...missingFrom(deliveryBefore, later.delivery ?? []), ...missingFrom(earlier.fields, later.fields)]
    const removed = [...missingFrom(later.delivery ?? [], deliveryBefore), ...missingFrom(later.fields, earlier.fields)]
    return added.length + removed.length === 0 ? [] : [{ file, kind: 'changed', added, removed }]
  })
}

function missingFrom(some: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(some)
  return others.filter((entry) => !known.has(entry))
}
