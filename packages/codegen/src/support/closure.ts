import { plainName } from './module-text.ts'
import type { Sources } from './sources.ts'

/** Paths of files with every file they import, over package borders too. */

/** What is exported by a package's door: the file behind each name. */
export interface DoorExport {
  readonly file: string
  readonly isType: boolean
}

/** The names a door file re-exports. */
export function doorExports(sources: Sources, door: string): ReadonlyMap<string, DoorExport> {
  const exported = new Map<string, DoorExport>()
  for (const { verb, names, from } of sources.statements(door)) {
    if (!verb.startsWith('export')) continue
    for (const name of names ?? [])
      exported.set(plainName(name), {
        file: relativeTo(door, from),
        isType: verb === 'export type' || name.startsWith('type '),
      })
  }
  return exported
}

export interface Closure {
  /** Source paths in the order they were met. */
  readonly files: readonly string[]
  /** Those that are imported and not there. */
  readonly missing: readonly string[]
  /** Names asked of each package's main door: `@longshore/runtime` → `systemClock`. */
  readonly packageNames: ReadonlyMap<string, ReadonlySet<string>>
}

export function closureOf(sources: Sources, entries: readonly string[]): Closure {
  const files = new Set<string>(entries)
  const packageNames = new Map<string, Set<string>>()
  for (const file of files) {
    if (!sources.has(file)) continue
    for (const { from, names } of sources.statements(file)) {
      if (from.startsWith('.')) files.add(relativeTo(file, from))
      else if (from.startsWith('@longshore/')) {
        const asked = packageNames.get(from) ?? new Set<string>()
        packageNames.set(from, asked)
        for (const name of names ?? []) asked.add(plainName(name))
      }
    }
  }
  return { files: [...files], missing: [...files].filter((file) => !sources.has(file)), packageNames }
}

/** `packages/a/src/b.ts` seen from `packages/a/src/c/d.ts` as `../b.ts`. */
export function relativeTo(file: string, specifier: string): string {
  const parts = file.split('/').slice(0, -1)
  for (const part of specifier.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.') parts.push(part)
  }
  return parts.join('/')
}
