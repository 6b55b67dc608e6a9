/** One contender, in a process of its own: from publish to handler, for `--messages` messages. Prints milliseconds, `[…]`. */
import { parseArgs } from 'node:util'
import { contenderNamed } from './contenders.ts'
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
  if (amount > 0) latencies.push(performance.timeOrigin + performance.now() - amount)
  if (latencies.length === Number(values.messages)) finish()
}

const group = `bench-${process.pid}-${Date.now()}`
const brokers = values.brokers.split(',')
const stop = await contenderNamed(values.contender)({ topic: values.topic, group, brokers, concurrency: 64, handle })
process.send?.('ready')
await done
console.log(JSON.stringify(latencies))
await stop()
process.exit(0)
