import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { type Cost, measure } from './measure.ts'
import type { Task } from './peers.ts'

export const COMMAND = join(import.meta.dirname, '../../packages/cli/bin/longshore.mjs')

/** What a user types. For types alone there is no command of ours: consumers are printed with them, tests and support are not. */
export function ours(task: Task, document: string, folder: string, env: NodeJS.ProcessEnv = {}): Promise<Cost> {
  const out = join(folder, 'ours')
  rmSync(out, { recursive: true, force: true })
  const generate = [COMMAND, 'generate', document, '--out', out]
  if (task === 'check') return measure([COMMAND, 'check', document], { env, exitCodes: [0, 1] })
  return measure(task === 'types' ? [...generate, '--tests', 'none', '--runtime', 'package'] : generate, { env })
}
