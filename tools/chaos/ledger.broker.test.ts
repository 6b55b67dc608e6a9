import { randomUUID } from 'node:crypto'
import { pgDatabase } from '@longshore/postgres/pg'
import type { DeadLetter, DeadLetterQueue } from '@longshore/runtime'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Ledger } from './ledger.ts'
import type { Kind } from './load.ts'

const { DATABASE_URL = '' } = process.env

/** An effect as a consumer writes it: who, under which assignment, at which place of the key's partition. */
type Effect = readonly [consumer: string, place: number]

describe.skipIf(DATABASE_URL === '')('the ledger', () => {
  const database = pgDatabase({ connectionString: DATABASE_URL, connections: 2 })
  let ledger: Ledger
  beforeEach(async () => {
    ledger = new Ledger(database, `chaos_test_${randomUUID().replaceAll('-', '_')}`)
    await ledger.create()
  })
  afterEach(async () => {
    await ledger.drop()
  })
  afterAll(() => database.close())

  it('finds a message that has neither effect nor dead letter', async () => {
    await sent(3)
    await effects(['a', 0], ['a', 1])
    expect(await ledger.findings('log')).toMatchObject({ sent: 3, effects: 2, lost: 1 })
    await ledger.noteDead(letters('2'))
    expect(await ledger.findings('log')).toMatchObject({ lost: 0, deadLetters: 1, needlessDeadLetters: 1 })
  })

  it('finds an effect of poison', async () => {
    await sent(1, 'refused')
    await effects(['a', 0])
    expect(await ledger.findings('log')).toMatchObject({ poisonedEffects: 1 })
  })

  it.each<{ story: string; effects: readonly Effect[]; repeated: number; breaks: number }>([
    {
      story: 'one after the other',
      effects: [
        ['a', 0],
        ['a', 1],
        ['a', 2],
      ],
      repeated: 0,
      breaks: 0,
    },
    {
      story: 'a new owner that begins where the last commit was',
      effects: [
        ['a', 0],
        ['a', 1],
        ['b', 0],
        ['b', 1],
        ['b', 2],
      ],
      repeated: 2,
      breaks: 0,
    },
    {
      story: 'a frozen owner that ends its effect late',
      effects: [
        ['a', 0],
        ['b', 1],
        ['b', 2],
        ['a', 1],
      ],
      repeated: 1,
      breaks: 0,
    },
    {
      story: 'a successor before its predecessor',
      effects: [
        ['a', 1],
        ['a', 0],
        ['b', 2],
      ],
      repeated: 0,
      breaks: 2,
    },
    {
      story: 'a gap that another owner filled',
      effects: [
        ['a', 0],
        ['b', 1],
        ['a', 2],
      ],
      repeated: 0,
      breaks: 1,
    },
  ])('judges order: $story', async ({ effects: written, repeated, breaks }) => {
    await sent(3)
    await effects(...written)
    expect(await ledger.findings('log')).toMatchObject({ lost: 0, repeated, orderBreaks: breaks })
  })

  it('judges order by what was published where places are not those of a log: two may walk along, none ahead', async () => {
    await sent(3)
    await effects(['a', 0], ['b', 1], ['a', 2])
    expect(await ledger.findings('key')).toMatchObject({ orderBreaks: 0 })
    await effects(['b', 4], ['a', 3])
    expect(await ledger.findings('key')).toMatchObject({ orderBreaks: 1 })
  })

  it('knows what was announced and never confirmed, which is not lost, and where a successor goes on', async () => {
    await sent(2)
    await ledger.announce([{ id: '2', key: 'k', n: 2, kind: 'good' }])
    await effects(['a', 0], ['a', 1], ['a', 2])
    expect(await ledger.findings('log')).toMatchObject({ sent: 2, unconfirmed: 1, unconfirmedEffects: 1, lost: 0 })
    expect(await ledger.nextOf(['other', 'k'])).toEqual([0, 3])
  })

  async function sent(count: number, kind: Kind = 'good'): Promise<void> {
    const loads = Array.from({ length: count }, (_, n) => ({ id: String(n), key: 'k', n, kind }))
    await ledger.announce(loads)
    await ledger.confirm(loads)
  }

  async function effects(...written: readonly Effect[]): Promise<void> {
    for (const [consumer, place] of written) {
      await database.query(`insert into ${ledger.schema}.effect (id, key, place, consumer) values ($1, 'k', $2, $3)`, [
        String(place),
        place,
        consumer,
      ])
    }
  }
})

function letters(...ids: readonly string[]): DeadLetterQueue {
  return {
    async *read() {
      for (const id of ids) yield letter(id)
    },
    redrive: () => Promise.reject(new Error('not asked for')),
    quarantine: () => Promise.reject(new Error('not asked for')),
    close: () => Promise.resolve(),
  }
}

function letter(messageId: string): DeadLetter {
  const origin = { topic: 't', partition: 0, offset: 0n }
  const details = { origin, attempts: 1, redriveCount: 0, messageId }
  return { id: messageId, key: 'k', value: null, headers: {}, details, status: 'waiting' }
}
