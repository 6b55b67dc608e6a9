/** What a consumer holds in memory before a long backlog, when its handlers never return. */
import { parseArgs } from 'node:util'
import { KAFKA_DEFAULTS } from '@longshore/transport-kafka'
import { resultOf, startChild } from './child.ts'
import { COMMON, progress, runBench } from './command.ts'
import type { Sample } from './memory-run.ts'
import type { Report } from './report.ts'
import { createTopic, fill, PARTITIONS } from './topic.ts'
import { MESSAGE_BYTES } from './work.ts'

const USAGE = `
Memory beside a backlog of 300-byte messages on 12 partitions and a handler that never returns, in MiB over what an idle process has.

  bench/kafka/memory.ts
  bench/kafka/memory.ts --messages 100000 --window 100 --seconds 10

  --messages N  the backlog                        (1000000)
  --window N    unsettled messages per partition   (1000)
  --seconds N   how long each run looks            (20)

Here --pairs counts runs, one by default.`

const { values } = parseArgs({
  options: {
    ...COMMON,
    pairs: { type: 'string', default: '1' },
    messages: { type: 'string', default: '1000000' },
    window: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '20' },
  },
})

const { brokers, seconds, window } = values
const MIB = 2 ** 20
/** What a message costs beside its bytes, as objects: record, delivery, buffers, key and its lane. Generous. */
const OBJECT_BYTES = 1_024

/**
 * The stated bound. Per partition: a window in hand, less than a window that waits, and on top what one fetch brings for it; and over
 * all partitions one answer that is read while the next comes in. The length of the backlog is not in it.
 */
function boundBytes(): number {
  const { fetchBytes, fetchPartitionBytes } = KAFKA_DEFAULTS
  const perMessage = MESSAGE_BYTES + OBJECT_BYTES
  const fetched = (fetchPartitionBytes / MESSAGE_BYTES) * perMessage
  return PARTITIONS * (2 * Number(window) * perMessage + fetched) + 2 * fetchBytes
}

await runBench(USAGE, values, async () => {
  const topic = await createTopic(brokers.split(','))
  await fill(topic, Number(values.messages), 1_000)
  await topic.transport.close()
  progress(`${values.messages} messages are there`)
  const runs: (readonly Sample[])[] = []
  for (let run = 1; run <= Number(values.pairs); run += 1) {
    const child = startChild('memory-run.ts', { topic: topic.name, brokers, window, seconds }, ['--expose-gc'])
    runs.push(await resultOf<readonly Sample[]>(child, (Number(seconds) + 60) * 1_000))
    progress(`run ${run}: ${mib(peak(runs.at(-1) ?? [], held))} MiB in use at most`)
  }
  return report(runs)
})

function report(runs: readonly (readonly Sample[])[]): Report {
  const worst = (of: (sample: Sample) => number) => Math.max(...runs.map((run) => peak(run, of)))
  const inUse = worst(held) / MIB
  const growth = Math.max(...runs.map(lateGrowth)) / MIB
  const first = runs[0] ?? []
  return {
    name: 'kafka-memory',
    figures: {
      messages: Number(values.messages),
      backlogMib: (Number(values.messages) * MESSAGE_BYTES) / MIB,
      window: Number(window),
      partitions: PARTITIONS,
      runs: runs.length,
      overIdleMib: {
        inUse,
        heap: worst(({ heap }) => heap) / MIB,
        buffers: worst(({ buffers }) => buffers) / MIB,
        rss: worst(({ rss }) => rss) / MIB,
      },
      /** Each half second of the first run. */
      inUseOverTimeMib: first.slice(1).map((sample) => mib(held(sample) - held(first[0] ?? sample))),
      rssOverTimeMib: first.map(({ rss }) => mib(rss)),
    },
    verdicts: [
      { about: 'in use over idle, MiB', value: inUse, atMost: boundBytes() / MIB },
      { about: 'growth in the second half, MiB', value: growth, atMost: 1 },
    ],
  }
}

function held({ heap, buffers }: Sample): number {
  return heap + buffers
}

/** The most a run had over its first sample. */
function peak(run: readonly Sample[], of: (sample: Sample) => number): number {
  const idle = run[0]
  return idle === undefined ? 0 : Math.max(...run.map((sample) => of(sample) - of(idle)))
}

function lateGrowth(run: readonly Sample[]): number {
  const [middle, last] = [run[Math.floor(run.length / 2)], run.at(-1)]
  return middle === undefined || last === undefined ? 0 : held(last) - held(middle)
}

function mib(bytes: number): number {
  return Math.round(bytes / MIB)
}
