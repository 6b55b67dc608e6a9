import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { until } from '@longshore/testing'
import { describe, expect, it, onTestFinished } from 'vitest'
import { AMQP_URL, BrokerUnderTest } from './broker-under-test.ts'
import { lettersOf, Reader } from './reader.ts'

const PROGRAM = join(import.meta.dirname, 'mortal-consumer.ts')
const DELIVERY_LIMIT = 4

describe.skipIf(!process.env.AMQP_URL)('a message on RabbitMQ that kills the process', () => {
  it('is a dead letter once it has done so as often as it may, and those beside it are handled', async () => {
    const broker = new BrokerUnderTest()
    const transport = await broker.open({ deliveryLimit: DELIVERY_LIMIT })
    onTestFinished(async () => {
      await transport.close()
      await broker.cleanUp()
    })
    const topic = `test-${randomUUID()}`
    const owner = `${topic}.mortals`
    const names = { group: 'mortals', dlq: `${owner}.dlq`, retryTopic: `${owner}.retry` }
    const reader = await Reader.open(transport, topic, names)
    await reader.close()
    const innocent = Array.from({ length: 30 }, (_, n) => `order ${n}`)
    const all = [...innocent.slice(0, 10), 'killer', ...innocent.slice(10)]
    await transport.publish(all.map((name) => ({ topic, value: Buffer.from(JSON.stringify({ name })) })))

    const handled = new Set<string>()
    const letters = () => lettersOf(transport, reader.wanted)
    let deaths = 0
    while (await diesOf(topic, handled, async () => (await letters()).length > 0)) deaths += 1

    expect(deaths).toBe(DELIVERY_LIMIT)
    expect([...handled].sort()).toEqual([...innocent].sort())
    expect((await letters()).map(({ value }) => String(value))).toEqual(['{"name":"killer"}'])
    expect((await letters())[0]?.details).toMatchObject({
      errorCode: 'CRASH_LOOP',
      attempts: DELIVERY_LIMIT,
      origin: { topic },
    })
  }, 60_000)
})

/** Runs the program until it is killed, or all is handled that can be and the rest is a dead letter. Answers whether it was killed. */
async function diesOf(topic: string, handled: Set<string>, isLetter: () => Promise<boolean>): Promise<boolean> {
  const args = ['--conditions=source', PROGRAM, AMQP_URL, topic, String(DELIVERY_LIMIT)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  child.stdout.on('data', (bytes) => {
    for (const name of String(bytes).split('\n').filter(Boolean)) handled.add(name)
  })
  const isKilled = () => {
    if (child.exitCode !== null) throw new Error(`The program ended with ${child.exitCode} instead.`)
    return child.signalCode !== null
  }
  try {
    await until(async () => isKilled() || (handled.size === 30 && (await isLetter())), 'it has ended', 30_000)
    return isKilled()
  } finally {
    child.kill('SIGKILL')
  }
}
