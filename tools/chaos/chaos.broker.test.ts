import { pgDatabase } from '@longshore/postgres/pg'
import { Admin } from '@platformatic/kafka'
import { describe, expect, it } from 'vitest'
import { runChaos } from './run.ts'
import { CHAOS_DEFAULTS, type ChaosSettings } from './settings.ts'

const { DATABASE_URL, KAFKA_BROKERS, AMQP_URL, MQTT_URL } = process.env

interface Run extends Partial<ChaosSettings> {
  readonly promise: string
  readonly broker: string | undefined
}

const RUNS: readonly Run[] = [
  { promise: 'lose nothing on Kafka and keep the order of keys', broker: KAFKA_BROKERS, seconds: 12, kills: 6 },
  {
    promise: 'have every effect exactly once on Kafka, in the order of keys',
    broker: KAFKA_BROKERS,
    seconds: 15,
    kills: 19,
    restarts: 1,
    inbox: true,
  },
  {
    promise: 'find the message that kills them',
    broker: KAFKA_BROKERS,
    seconds: 8,
    kills: 1,
    deadly: 1,
    inbox: true,
  },
  {
    promise: 'have every effect exactly once on RabbitMQ, in the order of keys',
    broker: AMQP_URL,
    transport: 'amqp',
    seconds: 15,
    kills: 18,
    restarts: 1,
    crashes: 1,
    inbox: true,
  },
  {
    promise: 'have every effect exactly once on MQTT, in the order of keys',
    broker: MQTT_URL,
    transport: 'mqtt',
    seconds: 15,
    kills: 17,
    restarts: 3,
    inbox: true,
  },
]

/** Many more of each by command: see the README. */
describe('processes that are killed, frozen and cut off, and brokers that go away,', () => {
  for (const { promise, broker, ...given } of RUNS) {
    it.skipIf(!broker || !DATABASE_URL)(
      promise,
      async () => {
        const seed = Date.now() % 1_000_000_007
        const report = await runChaos({ ...CHAOS_DEFAULTS, kills: 0, seconds: 20, seed, ...given }, DATABASE_URL ?? '')
        expect(report.broken, `seed ${seed}, ${JSON.stringify(given)}; logs in ${report.logs}`).toEqual([])
        expect(report.effects).toBeGreaterThan(300)
        expect(report.deadLetters).toBeGreaterThan(0)
      },
      180_000,
    )
  }

  it.skipIf(!KAFKA_BROKERS || !DATABASE_URL)(
    'are all ended, and leave nothing behind, when the run is interrupted',
    async () => {
      const interruption = new AbortController()
      const settings = { ...CHAOS_DEFAULTS, seed: 7, kills: 5 }
      const run = runChaos(settings, DATABASE_URL ?? '', {
        signal: interruption.signal,
        onProgress: (line) => {
          if (/[1-9]\d* effects/.test(line)) interruption.abort(new Error('enough'))
        },
      })
      await expect(run).rejects.toThrow('enough')
      expect(await leftovers(`chaos_7_${process.pid}`)).toEqual({ schemas: [], topics: [] })
    },
    60_000,
  )
})

async function leftovers(name: string) {
  const database = pgDatabase({ connectionString: DATABASE_URL ?? '', connections: 1 })
  const admin = new Admin({ clientId: 'chaos', bootstrapBrokers: (KAFKA_BROKERS ?? '').split(',') })
  try {
    const schemas = await database.query('select nspname from pg_namespace where nspname = $1', [name])
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(name))
    return { schemas, topics }
  } finally {
    await database.close()
    await admin.close()
  }
}
