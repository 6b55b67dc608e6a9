import { ManualClock, silentLog } from '@longshore/testing'
import { expect, it } from 'vitest'
import { memoryStore } from '../memory-store.ts'
import type { Parking } from '../parking.ts'
import { memoryWindowState } from './memory-window-state.ts'
import { OwnedPartitions } from './owned-partitions.ts'
import { SilentKeys } from './silent-keys.ts'

it('a silent key of a shared queue stays open while something of it is parked, which is kept under the retry lane', async () => {
  const clock = new ManualClock()
  const closed: string[] = []
  const parking: Pick<Parking, 'lanes'> = {
    lanes: async ({ topic }) => (topic === 'alarms.watch.retry' ? [{ lane: 'key parked' }] : []),
  }
  const silent = new SilentKeys<undefined>({
    store: { ...memoryStore({ clock }), parking },
    state: { ...memoryWindowState(), due: async () => ['parked', 'silent'] },
    owned: new OwnedPartitions(),
    group: 'watch',
    name: 'alarms by store',
    order: 'key',
    retryTopic: 'alarms.watch.retry',
    exclusive: false,
    lag: async () => [{ topic: 'stores/+/alarms', partition: 0, messages: 0, seconds: 0 }],
    close: async (_tx, _claim, key) => void closed.push(key),
    clock,
    log: silentLog,
  })
  silent.start()
  await clock.turn(1_000)
  await silent.stop()
  expect(closed).toEqual(['silent'])
})
