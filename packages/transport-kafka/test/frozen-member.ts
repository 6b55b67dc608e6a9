/**
 * A member of a group on a thread of its own. On `freeze` the thread stands still, timers, sockets and all, until the shared flag is
 * raised; awake again it settles what it held, and tells what became of it.
 */
import { parentPort, workerData } from 'node:worker_threads'
import { ACK, type Incoming, type Subscription } from '@longshore/runtime'
import type { KafkaOptions } from '../src/options.ts'
import { kafkaTransport } from '../src/platformatic.ts'

export interface FrozenMemberData {
  readonly options: KafkaOptions
  readonly wanted: Subscription
  /** One 32-bit integer, 0 while the member is to stand still. */
  readonly flag: SharedArrayBuffer
}

const { options, wanted, flag } = workerData as FrozenMemberData
const transport = kafkaTransport(options)
const held: Incoming[] = []
const deliver = (delivery: Incoming) => {
  held.push(delivery)
  parentPort?.postMessage({ delivered: held.length })
}
const subscribed = await transport.subscribe(wanted, { deliver, report: () => {} })

parentPort?.on('message', async (order: 'freeze' | 'close') => {
  if (order === 'close') {
    await subscribed.close()
    await transport.close()
    process.exit()
  }
  Atomics.wait(new Int32Array(flag), 0, 0)
  const old = held.splice(0)
  for (const delivery of old) subscribed.settle(delivery, ACK)
  parentPort?.postMessage({ awake: true })
})
