/**
 * Two consumers share twelve partitions; one is killed by SIGKILL. How long until the other handles a message of every partition?
 *
 *   node --conditions=source bench/kafka/recovery.ts [--runs 5]
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { circumstances, median } from './figures.ts'
import { createTopic } from './topic.ts'
import { orderBytes } from './work.ts'

const { values } = parseArgs({
  options: {
    runs: { type: 'string', default: '5' },
    contender: { type: 'string', default: 'longshore-platformatic' },
    brokers: { type: 'string', default: process.env.KAFKA_BROKERS ?? '127.0.0.1:9092' },
  },
})

const KEYS = 200
const seconds: number[] = []
for (let run = 1; run <= Number(values.runs); run += 1) {
  seconds.push(await recovery())
  console.error(`run ${run}: ${seconds.at(-1)?.toFixed(1)} s`)
}
console.log(
  JSON.stringify(
    {
      ...circumstances(),
      contender: values.contender,
      runs: seconds.length,
      medianSeconds: median(seconds),
      maxSeconds: Math.max(...seconds),
    },
    null,
    2,
  ),
)

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
  survivor?.kill('SIGTERM')
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

async function member(name: string, topic: string, seen: Map<string, Set<string>>) {
  const file = fileURLToPath(new URL('recovery-run.ts', import.meta.url))
  const child = fork(file, [values.contender, topic, `${topic}-group`, values.brokers], {
    execArgv: ['--conditions=source'],
  })
  child.on('message', (key) => {
    if (key === 'ready') return
    const keys = seen.get(name) ?? new Set()
    seen.set(name, keys.add(String(key)))
  })
  await once(child, 'message')
  return child
}

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = performance.now() + 30_000; !condition(); ) {
    if (performance.now() > deadline) throw new Error('The group did not settle within 30 s.')
    await sleep(20)
  }
}
