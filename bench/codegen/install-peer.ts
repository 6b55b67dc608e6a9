import { spawn } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Peer } from './peers.ts'

const SCRIPTS = join(import.meta.dirname, 'peers')
const LIMIT_MS = 5 * 60 * 1_000

/** Installs a peer outside the repository, once per version. Answers its folder, or why it cannot be measured. */
export async function installPeer({ name, packages }: Peer): Promise<{ folder: string } | { reason: string }> {
  const folder = join(tmpdir(), 'longshore-bench-peers', packages.join('+').replaceAll(/[^\w.@+-]/g, '_'))
  const done = join(folder, 'installed')
  if (!existsSync(done)) {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }')
    const words = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', ...packages]
    const problem = await run('npm', words, folder)
    if (problem !== undefined) return { reason: `${name} cannot be installed: ${problem}` }
    writeFileSync(done, '')
  }
  cpSync(SCRIPTS, folder, { recursive: true })
  return { folder }
}

/** The last words of a command that failed. */
function run(command: string, words: readonly string[], cwd: string): Promise<string | undefined> {
  return new Promise((resolve) => {
    const child = spawn(command, words, { cwd, timeout: LIMIT_MS, stdio: ['ignore', 'ignore', 'pipe'] })
    let output = ''
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
    child.on('error', ({ message }) => resolve(message))
    child.on('close', (code, signal) =>
      resolve(code === 0 ? undefined : reasonOf(output) || `npm ended with ${code ?? signal}`),
    )
  })
}

function reasonOf(output: string): string {
  return output.split('\n').find((line) => /code|404|ETARGET/.test(line)) ?? output.trim().split('\n')[0] ?? ''
}
