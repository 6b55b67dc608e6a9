/** What a consumer with a store promises, whatever PostgreSQL is behind it. Run on PGlite and on a server. */
import { DependencyDown, type ParkedMessage, PermanentFailure, redrive } from '@longshore/runtime'
import { until } from '@longshore/testing'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Database } from '../src/database.ts'
import { bill, bytes, orders, type Scene, scene } from './scene.ts'

const message: ParkedMessage = {
  source: { topic: 'audit', partition: 0, offset: 1n },
  key: 'anna',
  headers: {},
  body: null,
  bytes: 0,
  timestampMs: 0,
}

export function specifyStore(name: string, open: () => Promise<Database>, sessions: 'one' | 'many'): void {
  describe(name, { timeout: 30_000 }, () => {
    let database: Database
    let here: Scene

    beforeAll(async () => {
      database = await open()
    }, 60_000)
    afterAll(() => database.close())
    beforeEach(async () => {
      here = await scene(database, orders)
    })
    afterEach(() => here.close())

    describe('a transactional effect', () => {
      it('happens once for a message that is stored twice', async () => {
        const consumer = await here.started()
        here.broker.faults.duplicate('order.placed')
        await here.place('anna', 'a1')
        await until(() => consumer.metrics.acked === 2, 'both copies are settled')
        expect(await here.effects()).toEqual(['a1'])
        expect(consumer.metrics.duplicates).toBe(1)
      })

      it('is rolled back with its claim when the handler fails, and happens on the next try', async () => {
        const consumer = await here.started(async (event, context) => {
          await bill(event, context)
          if (context.attempt === 1) throw new Error('after the write')
        })
        await here.place('anna', 'a1')
        await here.passing('the second try is done', () => consumer.metrics.acked === 1)
        expect(await here.effects()).toEqual(['a1'])
        expect(consumer.metrics.duplicates).toBe(0)
      })

      it('is not acknowledged when a statement failed and the handler swallowed that', async () => {
        const consumer = await here.started(async (event, context) => {
          await bill(event, context)
          if (context.attempt === 1) await context.tx.query('select nonsense').catch(() => undefined)
        })
        await here.place('anna', 'a1')
        await here.passing('the second try is done', () => consumer.metrics.acked === 1)
        expect(await here.effects()).toEqual(['a1'])
        expect(consumer.metrics.failedAttempts.get('HANDLER_FAILED')).toBe(1)
      })

      it('happens once when the owner dies between commit and settle', async () => {
        const first = await here.started()
        here.broker.faults.commitsFail('billing')
        await here.place('anna', 'a1')
        await until(() => first.metrics.acked === 1, 'the effect is committed')
        here.broker.faults.crash('billing')
        const second = await here.started()
        await until(() => second.metrics.acked === 1, 'the message came again')
        expect(await here.effects()).toEqual(['a1'])
        expect(second.metrics.duplicates).toBe(1)
      })

      it('of another payload under a used id is a dead letter', async () => {
        const consumer = await here.started()
        await here.place('anna', 'a1')
        await here.transport.publish([
          { topic: 'order.placed', key: 'anna', value: bytes({ id: 'a1', changed: true }) },
        ])
        await until(() => consumer.metrics.deadLettered === 1, 'it is a dead letter')
        expect((await here.deadLetters()).letters).toMatchObject([{ details: { errorCode: 'PAYLOAD_CHANGED' } }])
      })

      it('is forgotten when its message is a dead letter, so that a redriven one is handled', async () => {
        let isBroken = true
        const consumer = await here.started(async (event, context) => {
          await bill(event, context)
          if (isBroken) throw new PermanentFailure('broken')
        })
        await here.place('anna', 'a1')
        await until(() => consumer.metrics.deadLettered === 1, 'it is a dead letter')
        isBroken = false
        await redrive((await here.deadLetters()).queue, { clock: here.clock })
        await until(() => consumer.metrics.acked === 1, 'the redriven one is handled')
        expect(await here.effects()).toEqual(['a1'])
      })
    })

    describe('an external effect', () => {
      it('is not repeated for a duplicate', async () => {
        const sent: string[] = []
        const consumer = await here.startedExternal(({ id }) => void sent.push(id))
        here.broker.faults.duplicate('order.placed')
        await here.place('anna', 'a1')
        await until(() => consumer.metrics.acked === 2, 'both copies are settled')
        expect(sent).toEqual(['a1'])
      })

      it('that another works on is neither repeated nor acknowledged until the lease runs out', async () => {
        const claim = {
          handler: orders.urn,
          id: 'a1',
          payloadHash: new Uint8Array(32),
          fence: { group: 'billing', topic: 'elsewhere', partition: 0, epoch: null },
        }
        expect(await here.store.inbox.lease(claim, 20_000)).toMatchObject({ kind: 'granted' })
        const sent: string[] = []
        const consumer = await here.startedExternal(({ id }) => void sent.push(id))
        await here.place('anna', 'a1')
        await until(async () => (await here.parked()).messages === 1, 'it is held back')
        await here.clock.turn(19_000)
        expect(sent).toEqual([])
        await here.passing('the lease has run out', () => sent.length === 1)
        expect(consumer.metrics.failedAttempts.size).toBe(0)
      })

      it('can be confirmed by the holder of the lease alone', async () => {
        const fence = { group: 'billing', topic: 'order.placed', partition: 0, epoch: null }
        const claim = { handler: 'h', id: 'a1', payloadHash: new Uint8Array(32), fence }
        const first = await here.store.inbox.lease(claim, 1_000)
        await here.clock.turn(1_001)
        const second = await here.store.inbox.lease(claim, 1_000)
        if (first.kind !== 'granted' || second.kind !== 'granted') throw new Error('both should have been granted')
        expect(await here.store.inbox.confirm(claim, first.token)).toBe(false)
        expect(await here.store.inbox.confirm(claim, second.token)).toBe(true)
        expect(await here.store.inbox.lease(claim, 1_000)).toEqual({ kind: 'duplicate' })
      })
    })

    describe('a key that keeps failing', () => {
      it('is parked with all that follows it, in order, while other keys flow', async () => {
        let isBroken = true
        await here.started(async (event, context) => {
          if (isBroken && context.key === 'anna') throw new Error('anna is broken')
          await bill(event, context)
        })
        await here.place('anna', 'a1')
        await here.passing('anna is parked', async () => (await here.parked()).messages === 1)
        await here.place('anna', 'a2', 'a3')
        await here.place('bert', 'b1')
        await until(async () => (await here.parked()).messages === 3, 'anna queues')
        await until(async () => (await here.effects()).length === 1, 'bert flows')
        expect(await here.effects()).toEqual(['b1'])
        isBroken = false
        await here.passing('anna is worked off', async () => (await here.effects()).length === 4)
        await here.place('anna', 'a4')
        await here.passing('the lane is free again', async () => (await here.effects()).length === 5)
        expect(await here.effects()).toEqual(['b1', 'a1', 'a2', 'a3', 'a4'])
        expect(await here.parked()).toMatchObject({ lanes: 0, messages: 0 })
      })

      it('keeps its attempts and its first failure', async () => {
        const attempts: number[] = []
        await here.started((_, { attempt }) => {
          attempts.push(attempt)
          if (attempt === 5) throw new PermanentFailure('enough')
          throw new Error('broken')
        })
        await here.place('anna', 'a1')
        await here.passing('it is a dead letter', async () => (await here.deadLetters()).letters.length === 1)
        expect(attempts).toEqual([1, 2, 3, 4, 5])
        const [letter] = (await here.deadLetters()).letters
        const { firstFailureAt = '', lastFailureAt = '' } = letter?.details ?? {}
        expect(letter?.details.attempts).toBe(5)
        // Four waits of a second each, two of them parked.
        expect(Date.parse(lastFailureAt) - Date.parse(firstFailureAt)).toBeGreaterThanOrEqual(4_000)
      })

      it('goes on in another process, in order, when its owner has died', async () => {
        await here.started((_, { key }) => {
          if (key === 'anna') throw new Error('anna is broken')
        })
        await here.place('anna', 'a1', 'a2')
        await here.passing('anna is parked', async () => (await here.parked()).messages === 2)
        here.broker.faults.crash('billing')
        await here.started()
        await here.passing('what was parked is worked off', async () => (await here.effects()).length === 2)
        await here.place('anna', 'a3')
        await here.passing('all is worked off', async () => (await here.effects()).length === 3)
        expect(await here.effects()).toEqual(['a1', 'a2', 'a3'])
      })

      it('is parked also under an id that no database holds, and still has one effect', async () => {
        let isBroken = true
        const consumer = await here.started(async (event, context) => {
          if (isBroken) throw new Error('broken')
          await bill(event, context)
        })
        const value = Buffer.from(JSON.stringify({}))
        const publish = () =>
          here.transport.publish([{ topic: 'order.placed', key: 'anna', value, messageId: 'a\u0000b' }])
        await publish()
        await here.passing('it is parked', async () => (await here.parked()).messages === 1)
        isBroken = false
        await here.passing('it is worked off', async () => (await here.effects()).length === 1)
        await publish()
        await here.passing('it is known', () => consumer.metrics.duplicates === 1)
        expect(await here.effects()).toHaveLength(1)
      })

      it('is parked once however often it comes, and beside another payload under the same id', async () => {
        const partition = { group: 'billing', topic: 'audit', partition: 0 }
        const { fencing, parking } = here.store
        const fence = { ...partition, epoch: (await fencing.take(partition)).epoch }
        const parked = async () => (await parking?.load('billing'))?.messages
        const first = { ...message, body: bytes({ id: 'a1' }), bytes: 10 }
        await parking?.park(fence, 'anna', first, 1)
        await parking?.append(fence, 'anna', first)
        expect(await parked()).toBe(1)
        await parking?.append(fence, 'anna', { ...message, body: bytes({ id: 'a2' }), bytes: 10 })
        expect(await parked()).toBe(2)
      })

      it('is removed only after its dead letter is confirmed', async () => {
        const bringBack = here.broker.faults.topicAway('order.placed.billing.dlq')
        await here.started((_, { attempt }) => {
          throw attempt > 3 ? new PermanentFailure('enough') : new Error('broken')
        })
        await here.place('anna', 'a1')
        await here.passing('the parked message has been tried', async () => (await here.parked()).messages === 1)
        await here.clock.turn(10_000)
        expect(await here.parked()).toMatchObject({ messages: 1 })
        bringBack()
        await here.passing('it is let go', async () => (await here.parked()).messages === 0)
        expect((await here.deadLetters()).letters).toHaveLength(1)
      })

      it('makes its partition wait when parking is full', async () => {
        let isBroken = true
        const consumer = await here.started(
          async (event, context) => {
            if (isBroken && context.key === 'anna') throw new Error('anna is broken')
            await bill(event, context)
          },
          { parking: { maxMessages: 2 } },
        )
        await here.place('anna', 'a1', 'a2', 'a3')
        await here.passing('parking is full', () => consumer.health().reasons.some((reason) => reason.includes('full')))
        await here.clock.turn(5_000)
        expect(await here.parked()).toMatchObject({ messages: 2 })
        const [partition] = consumer.health().partitions
        expect(partition).toMatchObject({ unsettled: 1, oldest: { offset: '2', waitsFor: { kind: 'room' } } })
        isBroken = false
        await here.passing('all is worked off', async () => (await here.effects()).length === 3)
        expect(await here.effects()).toEqual(['a1', 'a2', 'a3'])
      })

      it('is told to people, also by the next owner', async () => {
        const fails = () => {
          throw new Error('anna is broken')
        }
        const first = await here.started(fails)
        await here.place('anna', 'a1')
        await here.passing('anna is parked', async () => (await here.parked()).messages === 1)
        const told = { topic: 'order.placed', parked: { keys: 1, held: 0, oldest: { offset: '0', key: 'anna' } } }
        expect(first.health().partitions).toMatchObject([told])
        expect(first.health().partitions[0]?.parked?.oldest?.attempts).toBeGreaterThanOrEqual(3)
        expect(first.health().partitions[0]?.parked?.oldest?.nextTryAtMs).toBeGreaterThan(here.clock.now() - 2_000)
        here.broker.faults.crash('billing')
        const second = await here.started(fails)
        await until(() => second.health().partitions.length > 0, 'the next owner has read what is parked')
        expect(second.health().partitions).toMatchObject([told])
      })

      it('holds what follows a dead letter until that is redriven, where that is asked for', async () => {
        let isBroken = true
        const consumer = await here.started(
          async (event, context) => {
            if (isBroken && event.id === 'a1') throw new PermanentFailure('broken')
            await bill(event, context)
          },
          { onDeadLetter: 'holdKey' },
        )
        await here.place('anna', 'a1', 'a2')
        await here.place('bert', 'b1')
        await until(() => consumer.metrics.acked === 2, 'the others are settled')
        await here.clock.turn(60_000)
        expect(await here.effects()).toEqual(['b1'])
        isBroken = false
        await redrive((await here.deadLetters()).queue, { clock: here.clock })
        await here.passing('all is worked off', async () => (await here.effects()).length === 3)
        expect(await here.effects()).toEqual(['b1', 'a1', 'a2'])
      })
    })

    describe('a transport that shares one queue among consumers', () => {
      it('has no owner to fence, and still one effect a message and parked keys in order', async () => {
        let isBroken = true
        const consumer = await here.started(
          async (event, context) => {
            if (isBroken && context.key === 'anna') throw new Error('anna is broken')
            await bill(event, context)
          },
          {},
          database,
          { ...here.transport, capabilities: { ...here.transport.capabilities, ownsPartitions: false } },
        )
        await here.place('anna', 'a1')
        await here.passing('anna is parked', async () => (await here.parked()).messages === 1)
        here.broker.faults.duplicate('order.placed')
        await here.place('bert', 'b1')
        await here.place('anna', 'a2')
        isBroken = false
        await here.passing('all is worked off', async () => (await here.effects()).length === 3)
        expect((await here.effects()).filter((id) => id !== 'b1')).toEqual(['a1', 'a2'])
        expect(consumer.metrics.duplicates).toBe(1)
        expect(await database.query(`select count(*) as fences from ${here.schema}.fence`, [])).toEqual([
          { fences: 0n },
        ])
      })
    })

    describe('an owner', () => {
      it('that stood still cannot write once another has its partition, and lets go when it learns of it', async () => {
        let isSlow = true
        let goOn: () => void = () => undefined
        const frozen = await here.started(
          async (event, context) => {
            if (isSlow)
              await new Promise<void>((resolve) => {
                goOn = resolve
              })
            await bill(event, context)
          },
          { effects: 'transactional' },
        )
        await here.place('bert', 'b0')
        await until(() => frozen.metrics.inFlight === 1, 'the handler runs')
        isSlow = false
        goOn()
        await until(() => frozen.metrics.acked === 1, 'the first effect is committed')
        const wakeUp = here.broker.faults.freeze('billing')
        const second = await here.started()
        await here.place('anna', 'a1')
        await until(() => second.metrics.acked === 1, 'the new owner works')
        const [fence] = await database.query(`select epoch from ${here.schema}.fence where topic = 'order.placed'`, [])
        expect(fence).toEqual({ epoch: 2n })
        const stale = { group: 'billing', topic: 'order.placed', partition: 0, epoch: 1n }
        const claim = { handler: orders.urn, id: 'a2', payloadHash: new Uint8Array(32), fence: stale }
        expect(await here.store.inbox.transact(claim, () => Promise.resolve({ kind: 'ack' }))).toBe('fenced')
        wakeUp()
      })

      it('finds out that its predecessor let go in order, or died', async () => {
        const partition = { group: 'billing', topic: 'audit', partition: 0 }
        const { fencing } = here.store
        expect(await fencing.take(partition)).toEqual({ epoch: 1n, uncleanExits: 0, begun: [] })
        expect(await fencing.take(partition)).toEqual({ epoch: 2n, uncleanExits: 1, begun: [] })
        await fencing.release([{ ...partition, epoch: 1n }])
        expect(await fencing.take(partition)).toEqual({ epoch: 3n, uncleanExits: 2, begun: [] })
        await fencing.release([{ ...partition, epoch: 3n }])
        expect(await fencing.take(partition)).toEqual({ epoch: 4n, uncleanExits: 0, begun: [] })
      })
    })

    describe('a message that kills the process', () => {
      it('is told from one whose owners let go in order', async () => {
        const partition = { group: 'billing', topic: 'audit', partition: 0 }
        const { fencing, parking } = here.store
        const begunByNext = async () => {
          const { epoch } = await fencing.take(partition)
          const fence = { ...partition, epoch }
          const [head] = (await parking?.claim([fence], { limit: 1, lockMs: 1_000 })) ?? []
          return { fence, begun: head?.begun }
        }
        const first = { ...partition, epoch: (await fencing.take(partition)).epoch }
        await parking?.park(first, 'lane', message, 0)
        expect((await begunByNext()).begun).toBe(1)
        const second = await begunByNext()
        expect(second.begun).toBe(2)
        await fencing.release([second.fence])
        expect((await begunByNext()).begun).toBe(1)
      })

      it('is on record for the next owner, until it ends or its owner lets go in order', async () => {
        const partition = { group: 'billing', topic: 'audit', partition: 0 }
        const { fencing } = here.store
        const first = { ...partition, epoch: (await fencing.take(partition)).epoch }
        expect(await fencing.begin(first, { ...partition, offset: 17n })).toBe(1)
        expect(await fencing.begin(first, { ...partition, offset: 18n })).toBe(1)
        await fencing.end(first, { ...partition, offset: 18n })
        const second = await fencing.take(partition)
        expect(second).toEqual({ epoch: 2n, uncleanExits: 1, begun: [17n] })
        await fencing.release([{ ...partition, epoch: 2n }])
        expect(await fencing.take(partition)).toEqual({ epoch: 3n, uncleanExits: 0, begun: [] })
        expect(await fencing.begin({ ...partition, epoch: 3n }, { ...partition, offset: 17n })).toBe(1)
      })

      it('is claimed by itself where it was parked, so that no other key is blamed', async () => {
        const partition = { group: 'billing', topic: 'audit', partition: 0 }
        const { fencing, parking } = here.store
        const claimedByNext = async () => {
          const fence = { ...partition, epoch: (await fencing.take(partition)).epoch }
          const heads = (await parking?.claim([fence], { limit: 16, lockMs: 1_000 })) ?? []
          return { heads, lanes: heads.map(({ lane, begun }) => `${lane}: ${begun}`).sort() }
        }
        const first = { ...partition, epoch: (await fencing.take(partition)).epoch }
        for (const [offset, lane] of [
          [1n, 'killer'],
          [2n, 'anna'],
          [3n, 'bert'],
        ] as const) {
          await parking?.park(first, lane, { ...message, source: { ...partition, offset } }, Number(offset))
        }
        expect((await claimedByNext()).lanes).toEqual(['anna: 1', 'bert: 1', 'killer: 1'])
        expect((await claimedByNext()).lanes).toEqual(['killer: 2'])
        const { heads, lanes } = await claimedByNext()
        expect(lanes).toEqual(['killer: 3'])
        for (const head of heads) await parking?.complete(head, 1_000)
        const others = await claimedByNext()
        expect(others.lanes).toEqual(['anna: 2'])
      })

      it.skipIf(sessions === 'one')(
        'is a dead letter once it was begun three times and never ended, and spares its neighbours',
        async () => {
          await here.place('anna', 'a1')
          await here.place('bert', 'killer')
          await here.place('cleo', 'c1')
          for (let crash = 1; crash <= 5; crash++) {
            let begun = false
            await here.started(
              async (event, context) => {
                if (event.id === 'killer') {
                  begun = true
                  const { signal } = context
                  return new Promise((_, reject) => {
                    if (signal.aborted) reject(signal.reason)
                    signal.addEventListener('abort', () => reject(signal.reason))
                  })
                }
                await bill(event, context)
              },
              { drainTimeoutMs: 1 },
            )
            await here.passing('the killer is begun', () => begun)
            here.broker.faults.crash('billing')
          }
          const survivor = await here.started()
          await here.passing('it is a dead letter', () => survivor.metrics.deadLettered === 1)
          expect((await here.deadLetters()).letters).toMatchObject([{ details: { errorCode: 'CRASH_LOOP' } }])
          await here.passing('the rest is handled', async () => (await here.effects()).length === 2)
          expect([...(await here.effects())].sort()).toEqual(['a1', 'c1'])
        },
      )
    })

    describe('an outage', () => {
      it('costs no attempts and no budget, and is seen', async () => {
        let isAway = true
        const attempts: number[] = []
        const consumer = await here.started(async (event, context) => {
          attempts.push(context.attempt)
          if (isAway) throw new DependencyDown('ledger')
          await bill(event, context)
        })
        await here.place('anna', 'a1')
        await here.place('bert', 'b1')
        await until(() => consumer.health().status === 'degraded', 'the outage is seen')
        await here.passing('the budget would be spent', () => attempts.length >= 8, 1_000)
        expect(consumer.health().reasons.join()).toContain('waits for ledger')
        expect(new Set(attempts)).toEqual(new Set([1]))
        isAway = false
        await here.passing('both are handled', async () => (await here.effects()).length === 2)
        expect(consumer.health().status).toBe('healthy')
        expect(consumer.metrics.failedAttempts.size).toBe(0)
      })

      it('costs no budget either while the message is parked', async () => {
        let isAway = false
        let failures = 0
        const consumer = await here.started(async (event, context) => {
          if (isAway) throw new DependencyDown('ledger')
          if (failures === 8) return bill(event, context)
          failures += 1
          throw new Error('not yet')
        })
        await here.place('anna', 'a1')
        await here.passing('it is parked', async () => (await here.parked()).messages === 1)
        isAway = true
        await here.passing('the outage is seen', () => consumer.health().reasons.join().includes('ledger'))
        const sinceMs = here.clock.now()
        await here.passing('the budget would be spent', () => here.clock.now() - sinceMs > 10 * 60_000, 10_000)
        isAway = false
        await here.passing('it is handled', async () => (await here.effects()).length === 1)
        expect((await here.deadLetters()).letters).toEqual([])
        expect(failures).toBe(8)
      })
    })
  })
}
