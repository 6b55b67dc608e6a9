/** How long a group stands still when one of its members is killed. */
import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { nextWord, startChild } from './child.ts'
import { COMMON, progress, runBench } from './command.ts'
import { median } from './figures.ts'
import { createTopic } from './topic.ts'
import { orderBytes } from './work.ts'

const USAGE = `
Two consumers share twelve partitions; one is killed by SIGKILL. Seconds until the other handles a message of every key.

  bench/kafka/recovery.ts
  bench/kafka/recovery.ts --contender kafkajs --pairs 3

  --contender NAME  longshore-platformatic, longshore-kafkajs, or a bare client  (longshore-platformatic)`

const { values } = parseArgs({
  options: { ...COMMON, contender: { type: 'string', default: 'longshore-platformatic' } },
})

const { contender } = values
const KEYS = 200
/** Twice the session timeout. */
const AT_MOST_SECONDS = 12

await runBench(USAGE, values, async () => {
  const seconds: number[] = []
  for (let run = 1; run <= Number(values.pairs); run += 1) {
    seconds.push(await recovery())
    progress(`run ${run}: ${seconds.at(-1)?.toFixed(1)} s`)
  }
  const maxSeconds = Math.max(...seconds)
  return {
    name: `kafka-recovery-${contender}`,
    figures: { contender, runs: seconds.length, medianSeconds: median(seconds), maxSeconds },
    verdicts: [{ about: 'longest takeover in seconds', value: maxSeconds, atMost: AT_MOST_SECONDS }],
  }
})

async function recovery(): Promise<number> {
  const { name: topic, transport } = await createTopic(values.brokers.split(','))
  const seen = new Map<string, Set<string>>()
  const [victim, survivor] = await Promise.all(['victim', 'survivor'].map((name) => member(name, topic, seen)))
  const publishing = new AbortController()
  const published = publish()
  await until(
    () =>
      both(['victim', 'survivor']) === KEYS &&
      (seen.get('victim')?.size ?? 0) > 0 &&
      (seen.get('survivor')?.size ?? 0) > 0,
  )
  victim?.kill('SIGKILL')
  const killedAt = performance.now()
  seen.clear()
  await until(() => both(['survivor']) === KEYS)
  const took = (performance.now() - killedAt) / 1_000
  publishing.abort()
  await published
  survivor?.kill('SIGKILL')
  await transport.close()
  return took

  async function publish(): Promise<void> {
    for (let first = 0; !publishing.signal.aborted; first += KEYS) {
      await transport.publish(
        Array.from({ length: KEYS }, (_, index) => ({ topic, ...orderBytes(first + index, KEYS) })),
      )
      await sleep(100)
    }
  }

  function both(names: readonly string[]): number {
    return new Set(names.flatMap((name) => [...(seen.get(name) ?? [])])).size
  }
}

async function member(name: string, topic: string, seen: Map<string, Set<string>>): Promise<ChildProcess> {
  const child = startChild('recovery-run.ts', { contender, topic, group: `${topic}-group`, brokers: values.brokers })
  await nextWord(child)
  child.on('message', (key) => {
    const keys = seen.get(name) ?? new Set()
    seen.set(name, keys.add(String(key)))
  })
  return child
}

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 30_000; !condition(); ) {
    if (performance.now() > deadline) throw new Error('The group did not settle within 30 s.')
    await sleep(20)
  }
}
