/** One contender, in a process of its own: from publish to handler, for `--messages` messages. Prints milliseconds, `[…]`. */
import { parseArgs } from 'node:util'
import { contenderNamed } from './contenders.ts'
import { nowMs } from './pace.ts'
import { tell } from './parent.ts'
import type { Order } from './work.ts'

const { values } = parseArgs({
  options: {
    contender: { type: 'string', default: '' },
    topic: { type: 'string', default: '' },
    messages: { type: 'string', default: '0' },
    brokers: { type: 'string', default: '' },
  },
})
const latencies: number[] = []
const { promise: done, resolve: finish } = Promise.withResolvers<void>()

async function handle({ amount }: Order): Promise<void> {
  // Messages of the warm-up carry no time.
  if (amount > 0) latencies.push(nowMs() - amount)
  if (latencies.length === Number(values.messages)) finish()
}

const stop = await contenderNamed(values.contender)({
  topic: values.topic,
  group: `${values.topic}-${process.pid}`,
  brokers: values.brokers.split(','),
  concurrency: 64,
  onJoined: () => tell('ready'),
  handle,
})
await done
console.log(JSON.stringify(latencies))
await stop()
process.exit(0)
