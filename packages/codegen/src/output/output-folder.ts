import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'

/** The folder printed files go to. Paths are relative, with slashes. */
export interface OutputFolder {
  /** Every file below the folder, except below `node_modules` and `.git`; none when the folder does not exist. */
  list(): readonly string[]
  /** `undefined` when there is no such file. */
  read(path: string): string | undefined
  /** Puts every text in place, or, when one cannot be written, none; then removes the stale files. */
  replace(files: readonly { readonly path: string; readonly text: string }[], stale: readonly string[]): void
}

/** A folder on disk. It is created with the first file. */
export function diskFolder(root: string): OutputFolder {
  const at = (path: string) => join(root, ...path.split('/'))
  return {
    list: () => listBelow(root, ''),
    // Most files of a first run are missing, and an error costs more than a look.
    read: (path) => (existsSync(at(path)) ? unlessMissing(() => readFileSync(at(path), 'utf8')) : undefined),
    replace(files, stale) {
      const staged = stage(files.map(({ path, text }) => ({ path: at(path), text })))
      for (const { temporary, path } of staged) renameSync(temporary, path)
      for (const path of stale) rmSync(at(path), { force: true })
    },
  }
}

interface Staged {
  readonly temporary: string
  readonly path: string
}

/** Writes under temporary names beside the final ones. A failure takes back what was written and is passed on. */
function stage(files: readonly { readonly path: string; readonly text: string }[]): readonly Staged[] {
  const staged: Staged[] = []
  try {
    for (const { path, text } of files) {
      const temporary = `${path}.${process.pid}.tmp`
      mkdirSync(dirname(path), { recursive: true })
      staged.push({ temporary, path })
      writeFileSync(temporary, text)
    }
  } catch (error) {
    for (const { temporary } of staged) rmSync(temporary, { force: true })
    throw error
  }
  return staged
}

const SKIPPED = new Set(['node_modules', '.git'])

function listBelow(root: string, prefix: string): readonly string[] {
  const folder = join(root, prefix.split('/').join(sep))
  const entries = unlessMissing(() => readdirSync(folder, { withFileTypes: true })) ?? []
  return entries.flatMap((entry) => {
    if (SKIPPED.has(entry.name)) return []
    return entry.isDirectory() ? listBelow(root, `${prefix}${entry.name}/`) : [prefix + entry.name]
  })
}

function unlessMissing<Value>(attempt: () => Value): Value | undefined {
  try {
    return attempt()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined
    throw error
  }
}
