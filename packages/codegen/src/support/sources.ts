import { existsSync, readFileSync } from 'node:fs'
import { type ModuleStatement, moduleStatements } from './module-text.ts'

/** The project's own source texts, of which `support/` is made. */
export interface Sources {
  /** Text of a file by its path from the repository's root: `packages/runtime/src/clock.ts`. Fails when there is none. */
  read(path: string): string
  /** The imports and exports of a file. */
  statements(path: string): readonly ModuleStatement[]
  has(path: string): boolean
}

let packaged: Sources | undefined

/** The paths are the same wherever the texts lie. A file is read once in the life of the process. */
export function packagedSources(): Sources {
  packaged ??= sourcesBelow(rootOfSources())
  return packaged
}

/**
 * Run from source, the repository's own files are read. The built package carries copies (written by tools/prebuild.ts), which are
 * found by its name, so that code bundled into a command finds them as well.
 */
function rootOfSources(): URL {
  if (import.meta.url.endsWith('.ts')) return new URL('../../../../', import.meta.url)
  return new URL('./', import.meta.resolve('@longshore/codegen/support-sources/LICENSE'))
}

function sourcesBelow(root: URL): Sources {
  const read = remembering((path) => readFileSync(new URL(path, root), 'utf8'))
  return {
    read,
    statements: remembering((path) => moduleStatements(read(path))),
    has: remembering((path) => existsSync(new URL(path, root))),
  }
}

function remembering<Answer>(ask: (path: string) => Answer): (path: string) => Answer {
  const answers = new Map<string, Answer>()
  return (path) => {
    const known = answers.get(path)
    if (known !== undefined) return known
    const answer = ask(path)
    answers.set(path, answer)
    return answer
  }
}
