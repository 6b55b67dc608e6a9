/**
 * A consumer in a process of its own, whose handler fails for events that say so. From publish to handler, for `--expected` events of
 * the other keys. Prints milliseconds, `[…]`.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { postgresStore } from '@longshore/postgres'
import { pgDatabase } from '@longshore/postgres/pg'
import { type ConsumerContract, consume } from '@longshore/runtime'
import { kafkaTransport } from '@longshore/transport-kafka/platformatic'
import { nowMs } from './pace.ts'
import { tell } from './parent.ts'
import { type Order, violationsOf } from './work.ts'

const { values } = parseArgs({
  options: {
    topic: { type: 'string', default: '' },
    brokers: { type: 'string', default: '' },
    expected: { type: 'string', default: '0' },
    handlerMs: { type: 'string', default: '0' },
    database: { type: 'string', default: '' },
    schema: { type: 'string', default: '' },
  },
})
/** What an event's note says when its handler is to fail. */
const FAILS = 'fails'
const expected = Number(values.expected)
const handlerMs = Number(values.handlerMs)
const latencies: number[] = []
const { promise: done, resolve: finish } = Promise.withResolvers<void>()

const contract: ConsumerContract<Order> = {
  urn: 'urn:events:bench:order:placed',
  topic: values.topic,
  group: `${values.topic}-group`,
  pii: [],
  validate: violationsOf,
}

async function handle({ amount, note }: Order): Promise<void> {
  if (note === FAILS) throw new Error('It fails, as it was asked to.')
  if (handlerMs > 0) await sleep(handlerMs)
  // Messages of the warm-up, and what is not counted in both runs, carry no time.
  if (amount > 0) latencies.push(nowMs() - amount)
  if (latencies.length === expected) finish()
}

const log = { debug() {}, info() {}, warn() {}, error() {} }
const transport = kafkaTransport({ brokers: values.brokers.split(',') })
const consumer =
  values.database === ''
    ? consume(contract, transport, handle, { log })
    : consume(contract, transport, handle, {
        log,
        store: postgresStore(pgDatabase({ connectionString: values.database }), { schema: values.schema }),
      })
await consumer.start()
tell('ready')
await done
console.log(JSON.stringify(latencies))
await consumer.stop()
process.exit(0)
