import { describe, expect, it } from 'vitest'
import { runChaos } from './run.ts'
import { CHAOS_DEFAULTS } from './settings.ts'

const { DATABASE_URL, KAFKA_BROKERS } = process.env

describe.skipIf(!KAFKA_BROKERS || !DATABASE_URL)('consumers that are killed, frozen and cut off', () => {
  it.each([
    { promise: 'lose nothing and keep the order of keys', inbox: false },
    { promise: 'have every effect exactly once, in the order of keys, through the inbox', inbox: true },
  ])(
    '$promise',
    async ({ inbox }) => {
      const seed = Date.now() % 1_000_000_007
      const report = await runChaos(
        { ...CHAOS_DEFAULTS, seconds: 25, kills: 10, deadly: inbox ? 1 : 0, seed, inbox },
        DATABASE_URL ?? '',
      )
      expect(report.broken, `npm run chaos -- --seconds 25 --kills 10 --seed ${seed}; logs in ${report.logs}`).toEqual(
        [],
      )
      expect(report.effects).toBeGreaterThan(1_000)
      expect(report.deadLetters).toBeGreaterThan(0)
    },
    180_000,
  )
})
