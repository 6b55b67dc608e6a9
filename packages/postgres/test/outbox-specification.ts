/** What the outbox promises, whatever PostgreSQL is behind it. */
import { Failure, type OutgoingMessage } from '@longshore/runtime'
import { ManualClock } from '@longshore/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../src/database.ts'
import { migrate } from '../src/migrate.ts'
import { postgresOutbox } from '../src/outbox.ts'
import { outboxRelay } from '../src/outbox-relay.ts'
import { bytes } from './scene.ts'

const schema = `outbox_${process.pid}`

/** A transport that remembers, and refuses what it is told to. */
function listener() {
  const heard: OutgoingMessage[] = []
  const refused = new Set<string>()
  return {
    heard,
    refused,
    keys: () => heard.map(({ key, value }) => `${key}:${Buffer.from(value ?? []).toString()}`),
    async publish(messages: readonly OutgoingMessage[]) {
      if (messages.some(({ key }) => refused.has(key ?? ''))) throw new Failure('PUBLISH_FAILED')
      heard.push(...messages)
    },
  }
}

export function specifyOutbox(name: string, open: () => Promise<Database>): void {
  describe(name, () => {
    const outbox = postgresOutbox({ schema })
    let database: Database

    beforeAll(async () => {
      database = await open()
    }, 60_000)
    afterAll(() => database.close())
    beforeEach(() => migrate(database, schema))
    afterEach(() => database.query(`drop schema ${schema} cascade`))

    const add = (key: string | null, ...values: readonly unknown[]) =>
      database.transaction((tx) =>
        outbox.add(
          tx,
          values.map((value) => ({ topic: 'order.billed', key, value: bytes(value) })),
        ),
      )

    describe('an outgoing message', () => {
      it('is published once its transaction is committed, byte for byte and under the id of its row', async () => {
        const transport = listener()
        const value = new Uint8Array([0, 255, 128])
        const message = { topic: 't', key: 'k\u0000', value, headers: { 'x-a': 'ä\u0000' }, messageId: 'm1' }
        await database.transaction((tx) => outbox.add(tx, [message]))
        expect(await outboxRelay(database, transport, { schema }).relay()).toBe(1)
        expect(transport.heard.map((heard) => ({ ...heard, value: new Uint8Array(heard.value ?? []) }))).toEqual([
          message,
        ])
        expect(await outboxRelay(database, transport, { schema }).relay()).toBe(0)
      })

      it('is not published when its transaction is rolled back', async () => {
        const failing = database.transaction(async (tx) => {
          await outbox.add(tx, [{ topic: 't', key: 'k', value: null }])
          throw new Error('no')
        })
        await expect(failing).rejects.toThrow('no')
        expect(await outboxRelay(database, listener(), { schema }).relay()).toBe(0)
      })

      it('stops its key at its first failure, in order, and no other', async () => {
        const clock = new ManualClock()
        const transport = listener()
        const relay = outboxRelay(database, transport, { schema, clock })
        transport.refused.add('anna')
        await add('anna', 1, 2)
        await add('bert', 1)
        expect(await relay.relay()).toBe(1)
        await add('anna', 3)
        expect(await relay.relay()).toBe(0)
        transport.refused.clear()
        expect(await relay.relay()).toBe(0)
        await clock.turn(1_000)
        expect(await relay.relay()).toBe(3)
        expect(transport.keys()).toEqual(['bert:1', 'anna:1', 'anna:2', 'anna:3'])
      })

      it('comes again under the same id when the relay dies after publishing', async () => {
        const transport = listener()
        await add('anna', 1)
        const dying = {
          async publish(messages: readonly OutgoingMessage[]) {
            await transport.publish(messages)
            await new Promise((_, reject) => reject(new Failure('PUBLISH_FAILED')))
          },
        }
        await outboxRelay(database, dying, { schema, clock: new ManualClock(0) }).relay()
        await outboxRelay(database, transport, { schema }).relay()
        expect(new Set(transport.heard.map(({ messageId }) => messageId)).size).toBe(1)
        expect(transport.heard.length).toBeGreaterThan(1)
      })

      it('is relayed by a background relay until that is stopped', async () => {
        const transport = listener()
        const clock = new ManualClock()
        const relay = outboxRelay(database, transport, { schema, clock })
        relay.start()
        await add(null, 1)
        expect(await relay.waiting()).toMatchObject({ messages: 1 })
        await clock.turn(100)
        await relay.stop()
        expect(transport.heard).toHaveLength(1)
        expect(await relay.waiting()).toEqual({ messages: 0, oldestSeconds: 0 })
      })
    })
  })
}
