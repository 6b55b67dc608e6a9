/** The brokers as containers, where a Docker engine answers. */
import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { BrokerName } from './brokers.ts'

const FILE = join(import.meta.dirname, 'compose.yaml')

/** How long a container may take to answer once its image is here. */
const ANSWER_WITHIN_MS = 90 * 1_000

/** Says why there are no containers here; nothing when there are. */
export function lacksDocker(): string | undefined {
  return spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 5_000 }).status === 0
    ? undefined
    : 'no Docker engine answers'
}

/** Starts a broker as a container and waits for its first answer. */
export async function startContainer<T>(name: BrokerName, probe: () => Promise<T | undefined>): Promise<T> {
  compose('up', '--detach', '--quiet-pull', name)
  for (const until = Date.now() + ANSWER_WITHIN_MS; Date.now() < until; await delay(200)) {
    const answer = await probe()
    if (answer !== undefined) return answer
  }
  throw new Error(`the container of ${name} does not answer; see docker compose -f ${FILE} logs ${name}`)
}

/** The names of those that run as our containers. */
export function runningContainers(): readonly string[] {
  if (lacksDocker()) return []
  return compose('ps', '--services', '--status', 'running').split('\n').filter(Boolean)
}

/** Ends our container of that name and removes it. */
export function stopContainer(name: BrokerName): void {
  compose('rm', '--stop', '--force', name)
}

function compose(...args: readonly string[]): string {
  return execFileSync('docker', ['compose', '-f', FILE, ...args], { encoding: 'utf8', stdio: 'pipe' })
}
