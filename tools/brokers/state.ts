/** Where brokers that we start keep their data, logs and process records: `.brokers/` in the repository, ignored by git. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'

const STATE = join(import.meta.dirname, '../../.brokers')

/** The path of something below `.brokers/`, whose folder then exists. */
export function statePath(...parts: readonly string[]): string {
  const path = join(STATE, ...parts)
  mkdirSync(join(path, '..'), { recursive: true })
  return path
}
