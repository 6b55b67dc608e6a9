/** The MQTT spool: what is handed to whom, in what order, and how long letters stay. Run on PGlite and on a server. */
import { randomUUID } from 'node:crypto'
import { DEAD_LETTER_HEADERS, type Headers } from '@longshore/runtime'
import { ManualClock } from '@longshore/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../src/database.ts'
import { mqttSpool } from '../src/mqtt-spool.ts'
import type { MqttSpoolMessage } from '../src/packed-messages.ts'

const QUEUE = 'sensors.billing'
const LEASE_MS = 10_000
const ROOM = 100

let schemas = 0

async function scene(database: Database) {
  const schema = `spool_${process.pid}_${schemas++}`
  const clock = new ManualClock()
  const spool = mqttSpool(database, { schema, clock })
  await spool.open()
  return {
    schema,
    clock,
    spool,
    async owner(): Promise<string> {
      const owner = randomUUID()
      await spool.renew(QUEUE, owner, LEASE_MS, true)
      return owner
    },
    add: (owner: string, messages: readonly MqttSpoolMessage[], room = ROOM) => spool.add(QUEUE, owner, messages, room),
    claim: async (owner: string, limit = ROOM) => (await spool.claim(QUEUE, owner, limit)).map(said),
    postpone: (owner: string, seq: bigint | undefined, afterMs: number) =>
      spool.postpone(
        QUEUE,
        owner,
        seq ?? -1n,
        { attempts: 1, firstFailureAtMs: clock.now(), lastFailureAtMs: clock.now() },
        clock.now() + afterMs,
      ),
    letters: async () => (await spool.letters(QUEUE, -1n, ROOM)).map((row) => [said(row), row.status]),
    close: () => database.query(`drop schema ${schema} cascade`),
  }
}

function message(key: string | null, value: string, given: Partial<MqttSpoolMessage> = {}): MqttSpoolMessage {
  return { topic: 'sensors/1', key, headers: {}, value: Buffer.from(value), timestampMs: 1_000, ...given }
}

function said({ value }: Pick<MqttSpoolMessage, 'value'>): string {
  return Buffer.from(value ?? []).toString()
}

export function specifySpool(name: string, open: () => Promise<Database>): void {
  describe(`a spool on ${name}`, () => {
    let database: Database
    let here: Awaited<ReturnType<typeof scene>>

    beforeAll(async () => {
      database = await open()
    }, 60_000)
    afterAll(() => database.close())
    beforeEach(async () => {
      here = await scene(database)
    })
    afterEach(() => here.close())

    it('gives back every byte of what it was given', async () => {
      const owner = await here.owner()
      const headers: Headers = { 'x-name': 'Zoë \u0000 "quoted"', 'x-mqtt-topic': 'sensors/1' }
      const given = [
        message('schlüssel \u0000 🔑', '', { value: Buffer.from([0, 255, 128, 10]), headers, messageId: 'id-ü' }),
        message(null, '', { value: null }),
        message('', 'no key, an empty one', { topic: 'größe/☃', messageId: '' }),
        message('large', 'x'.repeat(200_000)),
      ]
      await here.add(owner, given, 0)
      const rows = await here.spool.claim(QUEUE, owner, ROOM)
      expect(rows.map((row) => ({ ...row, value: row.value && Buffer.from(row.value) }))).toMatchObject(given)
    })

    it('takes a message with an id that no database holds, under another that stays the same', async () => {
      const owner = await here.owner()
      const messageId = 'a\u0000b'
      await here.add(owner, [message('anna', '1', { messageId }), message('bert', '2', { messageId })], 0)
      const [one, other] = await here.spool.claim(QUEUE, owner, ROOM)
      expect(one?.messageId).toMatch(/^sha256:/)
      expect(one?.messageId).toBe(other?.messageId)
    })

    it('holds what there is room for, and hands out the rest in order', async () => {
      const owner = await here.owner()
      const places = await here.add(owner, [message('a', '1'), message('b', '2'), message('a', '3')], 2)
      expect(places.map(({ isHeld }) => isHeld)).toEqual([true, true, false])
      expect(await here.claim(owner)).toEqual(['3'])
      expect(await here.claim(owner)).toEqual([])
    })

    it('keeps a key with one owner, and messages without key with whoever has room', async () => {
      const [one, other] = [await here.owner(), await here.owner()]
      await here.add(one, [message('a', '1'), message(null, '2')])
      const places = await here.add(other, [message('a', '3'), message(null, '4'), message('b', '5')])
      expect(places.map(({ isHeld }) => isHeld)).toEqual([false, true, true])
      expect(await here.claim(other)).toEqual([])
      expect(await here.claim(one)).toEqual(['3'])
    })

    it('stores a key behind what waits of it', async () => {
      const owner = await here.owner()
      await here.add(owner, [message('a', '1')], 0)
      const places = await here.add(owner, [message('a', '2'), message('b', '3')])
      expect(places.map(({ isHeld }) => isHeld)).toEqual([false, true])
      expect(await here.claim(owner)).toEqual(['1', '2'])
    })

    it('hands out nothing behind a message that waits to be tried again, until it is due', async () => {
      const owner = await here.owner()
      const [first] = await here.add(owner, [message('a', '1'), message('a', '2'), message('b', '3')])
      expect(await here.postpone(owner, first?.seq, 5_000)).toBe(true)
      await here.add(owner, [message('a', '4')])
      expect(await here.claim(owner)).toEqual([])
      await here.clock.turn(5_000)
      expect(await here.claim(owner)).toEqual(['1', '2', '4'])
    })

    it('removes what was completed, in runs and one by one, and nothing that is another owner’s', async () => {
      const [one, other] = [await here.owner(), await here.owner()]
      const mine = await here.add(
        one,
        ['1', '2', '3', '4', '5', '6'].map((text) => message(text, text)),
      )
      const theirs = await here.add(other, [message('x', 'theirs')])
      const seqs = [mine[2], mine[0], mine[1], mine[4], ...theirs].flatMap((place) => place?.seq ?? [])
      await here.spool.complete(one, seqs)
      await here.spool.leave(QUEUE, one)
      await here.spool.leave(QUEUE, other)
      expect(await here.claim(await here.owner())).toEqual(['4', '6', 'theirs'])
    })

    it('gives away what an owner holds whose lease has run out, and tells it so', async () => {
      const silent = await here.owner()
      await here.add(silent, [message('a', '1')])
      await here.clock.turn(LEASE_MS + 1)
      const successor = await here.owner()
      expect(await here.claim(successor)).toEqual(['1'])
      expect(await here.spool.renew(QUEUE, silent, LEASE_MS, false)).toMatchObject({ role: 'lost' })
    })

    it('claims past a backlog of blocked keys by its indexes', async () => {
      const [one, other] = [await here.owner(), await here.owner()]
      await here.add(one, [message('a', 'held')])
      await here.add(
        one,
        Array.from({ length: 500 }, (_, n) => message('a', `a${n}`)),
        0,
      )
      await here.add(one, [message('b', 'free')], 0)
      expect(await here.claim(other, 10)).toEqual(['free'])
    })

    it('brings a redriven letter back behind what its key has, once', async () => {
      const owner = await here.owner()
      const [bad, good] = await here.add(owner, [message('a', 'bad'), message('a', 'good')])
      const headers = { [DEAD_LETTER_HEADERS.errorCode]: 'PERMANENT' }
      expect(await here.spool.bury(owner, bad?.seq ?? -1n, headers)).toBe(true)
      await here.spool.redrive(QUEUE, bad?.seq ?? -1n)
      await here.spool.redrive(QUEUE, bad?.seq ?? -1n)
      expect(await here.letters()).toEqual([['bad', 'redriven']])
      await here.spool.complete(owner, [good?.seq ?? -1n])
      expect(await here.claim(owner)).toEqual(['bad'])
    })

    it('forgets letters past their retention, whatever became of them, and no others', async () => {
      const owner = await here.owner()
      const places = await here.add(
        owner,
        ['old', 'young', 'quarantined'].map((text) => message(text, text)),
      )
      for (const { seq } of places) await here.spool.bury(owner, seq, {})
      const [old, , quarantined] = places
      await here.spool.quarantine(QUEUE, quarantined?.seq ?? -1n)
      await database.query(
        `update ${here.schema}.mqtt_letter set buried_at = now() - interval '31 days' where seq = $1 or seq = $2`,
        [old?.seq, quarantined?.seq],
      )
      expect(await here.spool.tidy()).toBe(2)
      expect(await here.letters()).toEqual([['young', 'waiting']])
    })
  })
}
