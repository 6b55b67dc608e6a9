import { existsSync, readFileSync } from 'node:fs'

/** The project's own source texts, of which `support/` is made. */
export interface Sources {
  /** Text of a file by its path from the repository's root: `packages/runtime/src/clock.ts`. Fails when there is none. */
  read(path: string): string
  has(path: string): boolean
}

/**
 * A published package carries copies beside its code (written by tools/prebuild.ts); in the repository the files themselves are
 * read. Either way the paths are the same.
 */
export function packagedSources(): Sources {
  const copies = new URL('../support-sources/', import.meta.url)
  const root = existsSync(copies) ? copies : new URL('../../../../', import.meta.url)
  const texts = new Map<string, string>()
  return {
    has: (path) => texts.has(path) || existsSync(new URL(path, root)),
    read(path) {
      const text = texts.get(path) ?? readFileSync(new URL(path, root), 'utf8')
      texts.set(path, text)
      return text
    },
  }
}
