/** Finds files that import each other in a circle. */
import { posix } from 'node:path'
import type { Import } from './read-imports.ts'
import type { SourceFile } from './workspace.ts'

/** The import that closes a circle, and the files on it, first and last the same. */
export interface Cycle {
  readonly file: SourceFile
  readonly import: Import
  readonly path: readonly string[]
}

/** One cycle for every import that leads back to a file on the way to it. Type imports count. */
export function findCycles(files: readonly SourceFile[]): readonly Cycle[] {
  const byPath = new Map(files.map((file) => [file.path, file]))
  const done = new Set<SourceFile>()
  const way: SourceFile[] = []
  const cycles: Cycle[] = []
  for (const file of files) visit(file)
  return cycles

  function visit(file: SourceFile): void {
    if (done.has(file)) return
    way.push(file)
    for (const it of file.imports) follow(file, it)
    way.pop()
    done.add(file)
  }

  function follow(file: SourceFile, it: Import): void {
    if (!it.specifier.startsWith('.')) return
    const target = byPath.get(posix.join(posix.dirname(file.path), it.specifier))
    if (target === undefined) return
    const at = way.indexOf(target)
    if (at < 0) visit(target)
    else cycles.push({ file, import: it, path: [...way.slice(at), target].map((step) => step.path) })
  }
}
