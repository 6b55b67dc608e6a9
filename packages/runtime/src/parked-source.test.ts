import { ManualClock, silentLog } from '@longshore/testing'
import { expect, it, vi } from 'vitest'
import type { Incoming } from './delivery.ts'
import type { Fence } from './fencing.ts'
import { memoryStore } from './memory-store.ts'
import { ACK } from './outcome.ts'
import { Ownership } from './ownership.ts'
import { parkedAt } from './parked-assignment.ts'
import { PARKING_DEFAULTS, ParkedSource } from './parked-source.ts'
import type { ParkedHead, Parking } from './parking.ts'

it('a parked message whose lock ran out under its handler is not begun a second time, and is done under the new lock', async () => {
  const clock = new ManualClock()
  const source = { topic: 'order.placed', partition: 0, offset: 7n }
  const message = { source, key: 'anna', headers: {}, body: null, bytes: 0, timestampMs: 0 }
  const headUnder = (fence: Fence | undefined, token: string): ParkedHead[] =>
    fence === undefined ? [] : [{ fence, lane: 'key anna', seq: 1n, token, message, begun: 1 }]
  const tokens = ['first', 'second']
  const parking: Parking = {
    lanes: async () => [{ lane: 'key anna' }],
    park: async () => 'parked',
    append: async () => 'parked',
    hold: async () => 'parked',
    unhold: async () => false,
    claim: async ([fence]) => tokens.splice(0, 1).flatMap((token) => headUnder(fence, token)),
    renew: async () => undefined,
    postpone: async () => undefined,
    complete: vi.fn(async () => 'empty' as const),
    load: async () => ({ lanes: 1, messages: 1 }),
  }
  const store = { ...memoryStore({ clock }), parking }
  const stopping = new AbortController().signal
  const ownership = new Ownership({ store, group: 'billing', exclusive: true, clock, log: silentLog, stopping })
  const parked = new ParkedSource({
    parking,
    ownership,
    transport: { publish: async () => undefined },
    group: 'billing',
    dlq: 'order.placed.billing.dlq',
    onDeadLetter: 'continue',
    limits: PARKING_DEFAULTS,
    onLoad: () => undefined,
    clock,
    log: silentLog,
  })
  const deliveries: Incoming[] = []
  ownership.assigned([source])
  parked.start((delivery) => deliveries.push(delivery), {})
  await clock.turn(2_000)
  expect(tokens).toEqual([])
  expect(deliveries).toHaveLength(1)
  for (const delivery of deliveries) {
    const place = parkedAt(delivery)
    if (place !== undefined) await parked.settle(place, delivery, ACK)
  }
  expect(parking.complete).toHaveBeenCalledWith(expect.objectContaining({ token: 'second' }), expect.anything())
  await parked.close()
})
