import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { ACK, type Incoming, type Subscribed, type Subscription } from '@longshore/runtime'
import { until } from '@longshore/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { KafkaTransport } from '../src/transport.ts'
import { BrokerUnderTest, DRIVERS } from './broker-under-test.ts'

const PARTITIONS = 12
const MESSAGES = 100_000
const VALUE = Buffer.from(JSON.stringify({ note: 'x'.repeat(300) }))
const WINDOW = 100
const FETCH_PARTITION_BYTES = 64 * 1_024
const FETCH_BYTES = 512 * 1_024

/**
 * Per partition a window in hand, less than a window that waits, and what one more fetch brings; over all of them one answer that is
 * read while the next comes in, and the client's own buffers. The backlog is eight times as large.
 */
const BOUND_BYTES =
  PARTITIONS * (2 * WINDOW * (VALUE.length + 100) + FETCH_PARTITION_BYTES) + 2 * FETCH_BYTES + 1_024 * 1_024

describe.each(DRIVERS)('a consumer through $name, before a backlog it does not work off', ({ driverOf }) => {
  it('holds a window per partition and the fetches behind it, and nothing more', async () => {
    const broker = new BrokerUnderTest(driverOf)
    const options = { fetchPartitionBytes: FETCH_PARTITION_BYTES, fetchBytes: FETCH_BYTES, batchBytes: 16 * 1_024 }
    const transport = broker.open(options)
    onTestFinished(async () => {
      await transport.close()
      await broker.cleanUp()
    })
    const topic = await broker.createTopic(PARTITIONS)
    const publisher = broker.open(options)
    await publishBacklog(publisher, topic)
    await publisher.close()
    const idle = bytesHeld()

    const inHand: Incoming[] = []
    await transport.subscribe(wanted(topic, 'stuck'), { deliver: (delivery) => inHand.push(delivery), report() {} })
    await until(() => inHand.length >= PARTITIONS * WINDOW, 'every window is full')
    await readAll(transport, topic) // time enough for whoever would go on

    expect(inHand).toHaveLength(PARTITIONS * WINDOW)
    expect(MESSAGES * VALUE.length).toBeGreaterThan(8 * BOUND_BYTES)
    expect(bytesHeld() - idle).toBeLessThan(BOUND_BYTES)
    expect(bytesHeld() - idle).toBeGreaterThan(inHand.length * VALUE.length) // what is in hand is counted
  })
})

async function publishBacklog(transport: KafkaTransport, topic: string): Promise<void> {
  const batch = 5_000
  for (let first = 0; first < MESSAGES; first += batch) {
    const keys = Array.from({ length: batch }, (_, index) => `key-${(first + index) % 1_000}`)
    await transport.publish(keys.map((key) => ({ topic, key, value: VALUE })))
  }
}

/** Another group reads the whole backlog and settles it. */
async function readAll(transport: KafkaTransport, topic: string): Promise<void> {
  let read = 0
  let reader: Subscribed | undefined
  const early: Incoming[] = []
  const deliver = (delivery: Incoming) => {
    read += 1
    if (reader === undefined) early.push(delivery)
    else reader.settle(delivery, ACK)
  }
  reader = await transport.subscribe(wanted(topic, 'reader'), { deliver, report() {} })
  for (const delivery of early) reader.settle(delivery, ACK)
  await until(() => read >= MESSAGES, 'the other group has read all', 30_000)
  await reader.close()
}

function wanted(topic: string, group: string): Subscription {
  return {
    topics: [topic],
    group: `${topic}-${group}`,
    dlq: `${topic}.dlq`,
    retryTopic: `${topic}.retry`,
    from: { kind: 'earliest' },
    window: WINDOW,
    bindings: {},
  }
}

/** Bytes outside the heap, where fetched records lie, after a collection. */
function bytesHeld(): number {
  // What the first one finds unused is given back, and counted so, by the second.
  collectGarbage()
  collectGarbage()
  return process.memoryUsage().arrayBuffers
}

setFlagsFromString('--expose_gc')
const collectGarbage: () => void = runInNewContext('gc')
