/** How long a group stands still when one of its members is killed. */
import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { startKafka } from '@longshore/brokers'
import { nextWord, startChild } from './child.ts'
import { COMMON, progress, runBench } from './command.ts'
import { median } from './figures.ts'
import { createTopic } from './topic.ts'
import { orderBytes } from './work.ts'

const USAGE = `
Two consumers share twelve partitions; one is killed by SIGKILL. Seconds until the other handles a message of every key.

  bench/kafka/recovery.ts
  bench/kafka/recovery.ts --contender kafkajs --pairs 3

  bench/kafka/recovery.ts --protocol consumer --session 6

  --contender NAME  longshore-platformatic, longshore-kafkajs, or a bare client  (longshore-platformatic)
  --protocol NAME   classic, or consumer: Longshore with the broker's session, 45 s by default  (classic)
  --session N       a broker of its own, where a session on the consumer protocol takes N seconds, a heartbeat a sixth of it`

const { values } = parseArgs({
  options: {
    ...COMMON,
    contender: { type: 'string', default: 'longshore-platformatic' },
    protocol: { type: 'string', default: 'classic' },
    session: { type: 'string' },
  },
})

const isConsumer = values.protocol === 'consumer'
const contender = isConsumer ? 'longshore-consumer-protocol' : values.contender
const sessionSeconds = Number(values.session ?? (isConsumer ? 45 : 6))
const KEYS = 200
const PATIENCE_MS = (sessionSeconds + 30) * 1_000
/** Twice the session of six seconds; the broker's session and a heartbeat. */
const AT_MOST_SECONDS = isConsumer ? sessionSeconds + 5 : 12

await runBench(USAGE, values, async () => {
  const own = values.session === undefined ? undefined : await brokerWithSession(sessionSeconds * 1_000)
  try {
    return await measure(own?.url ?? values.brokers)
  } finally {
    await own?.remove()
  }
})

async function measure(brokers: string) {
  const seconds: number[] = []
  for (let run = 1; run <= Number(values.pairs); run += 1) {
    seconds.push(await recovery(brokers))
    progress(`run ${run}: ${seconds.at(-1)?.toFixed(1)} s`)
  }
  const maxSeconds = Math.max(...seconds)
  return {
    name: `kafka-recovery-${contender}`,
    figures: { contender, sessionSeconds, runs: seconds.length, medianSeconds: median(seconds), maxSeconds },
    verdicts: [{ about: 'longest takeover in seconds', value: maxSeconds, atMost: AT_MOST_SECONDS }],
  }
}

async function recovery(brokers: string): Promise<number> {
  const { name: topic, transport } = await createTopic(brokers.split(','))
  const seen = new Map<string, Set<string>>()
  const [victim, survivor] = await Promise.all(['victim', 'survivor'].map((name) => member(name, topic, brokers, seen)))
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

async function member(
  name: string,
  topic: string,
  brokers: string,
  seen: Map<string, Set<string>>,
): Promise<ChildProcess> {
  const child = startChild('recovery-run.ts', { contender, topic, group: `${topic}-group`, brokers })
  await nextWord(child)
  child.on('message', (key) => {
    const keys = seen.get(name) ?? new Set()
    seen.set(name, keys.add(String(key)))
  })
  return child
}

async function until(condition: () => boolean): Promise<void> {
  for (const deadline = performance.now() + PATIENCE_MS; !condition(); ) {
    if (performance.now() > deadline) throw new Error(`The group did not settle within ${PATIENCE_MS / 1_000} s.`)
    await sleep(20)
  }
}

function brokerWithSession(sessionMs: number) {
  const times = { 'heartbeat.interval': Math.round(sessionMs / 6), 'session.timeout': sessionMs }
  const settings = Object.entries(times).flatMap(([name, ms]) => [
    `group.consumer.min.${name}.ms=${ms}`,
    `group.consumer.${name}.ms=${ms}`,
  ])
  return startKafka({ settings })
}
