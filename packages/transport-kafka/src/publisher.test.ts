import { ManualClock } from '@longshore/testing'
import { describe, expect, it } from 'vitest'
import type { RecordToSend } from './driver.ts'
import { KAFKA_DEFAULTS } from './options.ts'
import { Publisher } from './publisher.ts'

describe('a publisher', () => {
  it('has one request in flight per partition, and gathers what comes meanwhile', async () => {
    const broker = new SlowBroker()
    const publisher = broker.publisher()
    const first = publisher.send([record(0, 'a')])
    await broker.requests(1)
    const others = [
      publisher.send([record(0, 'b')]),
      publisher.send([record(0, 'c')]),
      publisher.send([record(1, 'd')]),
    ]
    await broker.requests(2)
    expect(broker.sent).toEqual([['a'], ['d']])
    broker.confirm()
    await first
    await broker.requests(3)
    expect(broker.sent[2]).toEqual(['b', 'c'])
    broker.confirm()
    broker.confirm()
    await Promise.all(others)
  })

  it('fails what waits behind a failed message in its partition, and nothing else', async () => {
    const broker = new SlowBroker()
    const publisher = broker.publisher()
    const first = publisher.send([record(0, 'a')])
    await broker.requests(1)
    const behind = publisher.send([record(0, 'b')])
    const beside = publisher.send([record(1, 'c')])
    await broker.requests(2)
    broker.refuse()
    await expect(first).rejects.toMatchObject({ code: 'PUBLISH_FAILED' })
    await expect(behind).rejects.toMatchObject({ code: 'PUBLISH_FAILED' })
    broker.confirm()
    await expect(beside).resolves.toBeUndefined()
  })

  it('resolves at once when there is nothing to send', async () => {
    await expect(new SlowBroker().publisher().publish([])).resolves.toBeUndefined()
  })
})

/** Answers requests one by one, when told. */
class SlowBroker {
  readonly sent: string[][] = []
  readonly #open: { readonly confirm: () => void; readonly refuse: (error: Error) => void }[] = []

  publisher(): Publisher {
    const send = (records: readonly RecordToSend[]) => {
      this.sent.push(records.map(({ value }) => Buffer.from(value ?? []).toString()))
      return new Promise<void>((confirm, refuse) => this.#open.push({ confirm, refuse }))
    }
    const describeTopic = async () => ({ partitions: 2, replicas: 1 })
    return new Publisher({ send, describeTopic }, { ...KAFKA_DEFAULTS, clock: new ManualClock() })
  }

  /** Resolves when so many were sent. */
  async requests(count: number): Promise<void> {
    while (this.sent.length < count) await Promise.resolve()
  }

  confirm(): void {
    this.#open.shift()?.confirm()
  }

  refuse(): void {
    this.#open.shift()?.refuse(new Error('The broker is away.'))
  }
}

function record(partition: number, text: string): RecordToSend {
  return { topic: 'work', partition, key: null, value: Buffer.from(text), headers: [] }
}
