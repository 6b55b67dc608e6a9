/** Waits until a server that was just started answers in its own protocol. */
import { setTimeout as delay } from 'node:timers/promises'
import { type Daemon, isRunning, killDaemon, lastLogLines, logPath } from './daemon.ts'

/** How long a server may take from its start to its first answer; a JVM on two busy cores sets the measure. */
const READY_WITHIN_MS = 90 * 1_000

/** Resolves to the first answer. A server that ends or stays silent is an error with the last lines of its log. */
export async function firstAnswer<T>(daemon: Daemon, probe: () => Promise<T | undefined>): Promise<T> {
  for (const until = Date.now() + READY_WITHIN_MS; Date.now() < until; await delay(100)) {
    const answer = await probe()
    if (answer !== undefined) return answer
    if (!isRunning(daemon)) break
  }
  const cause = isRunning(daemon) ? `does not answer after ${READY_WITHIN_MS / 1_000} s` : 'ended at once'
  await killDaemon(daemon)
  throw new Error(`${daemon.id} ${cause}. The end of ${logPath(daemon.id)}:\n${lastLogLines(daemon.id)}`)
}
