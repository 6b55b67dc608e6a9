import { parseArgs } from 'node:util'

/** One run of chaos. */
export interface ChaosSettings {
  /** How long things go wrong; then all is left in peace until it is settled. Default 60. */
  readonly seconds: number
  /** Repeats a run, as far as the machine allows. Default: a new one. */
  readonly seed: number
  /** Consumer processes ended by SIGKILL. Default one per three seconds. */
  readonly kills: number
  /** Which client drives Kafka. Default `platformatic`. */
  readonly driver: 'platformatic' | 'kafkajs'
  /** Effects in the inbox's transaction, and then exactly once. Default off: at least once. */
  readonly inbox: boolean
  /** Broker restarts; more than 0 starts a Kafka of the run's own. Default 0. */
  readonly restarts: number
  /** Times the database ends and comes back; more than 0 starts a PostgreSQL of the run's own. Default 0. */
  readonly outages: number
  /** Messages that kill the process that works on them. They need the inbox's store, which finds them. Default 0. */
  readonly deadly: number
  readonly consumers: number
  readonly partitions: number
  readonly keys: number
  readonly perSecond: number
  readonly json: boolean
}

export const CHAOS_DEFAULTS = Object.freeze({
  seconds: 60,
  driver: 'platformatic',
  inbox: false,
  restarts: 0,
  outages: 0,
  deadly: 0,
  consumers: 3,
  partitions: 6,
  keys: 60,
  perSecond: 200,
  json: false,
} as const satisfies Partial<ChaosSettings>)

export const HELP = `Kills, freezes and cuts consumers on a real Kafka, then proves from PostgreSQL what became of every message.

  npm run chaos -- [--seconds 60] [--seed N] [--kills N] [--transport kafka|kafkajs] [--inbox] [--restarts N]
                   [--outages N] [--deadly N] [--consumers 3] [--partitions 6] [--keys 60] [--rate 200] [--json]

  --inbox      effects in the inbox's transaction: exactly once. Without it: at least once
  --restarts   restarts of the broker, a Kafka of the run's own; without it KAFKA_BROKERS or 127.0.0.1:9092
  --outages    times the database is away, a PostgreSQL of the run's own
  --deadly     messages that kill the process that works on them; needs --inbox
  --transport  kafka is @platformatic/kafka

Needs PostgreSQL at DATABASE_URL, by default postgres://postgres@127.0.0.1:5432/postgres. Exit code 1 when a promise is broken.
`

/** Reads the command line. `help` was asked for, or `wrong` says what cannot be read. */
export function readSettings(
  args: readonly string[],
): ChaosSettings | { readonly kind: 'help' } | { readonly kind: 'wrong'; readonly why: string } {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS })
    if (values.help) return { kind: 'help' }
    if (values.deadly !== undefined && !values.inbox) throw new Error('--deadly needs --inbox')
    const seconds = whole('seconds', values.seconds, CHAOS_DEFAULTS.seconds)
    return {
      seconds,
      seed: whole('seed', values.seed, Math.floor(Math.random() * 2 ** 31)),
      kills: whole('kills', values.kills, Math.round(seconds / 3)),
      driver: driverOf(values.transport),
      inbox: values.inbox ?? CHAOS_DEFAULTS.inbox,
      restarts: whole('restarts', values.restarts, CHAOS_DEFAULTS.restarts),
      outages: whole('outages', values.outages, CHAOS_DEFAULTS.outages),
      deadly: whole('deadly', values.deadly, CHAOS_DEFAULTS.deadly),
      consumers: whole('consumers', values.consumers, CHAOS_DEFAULTS.consumers),
      partitions: whole('partitions', values.partitions, CHAOS_DEFAULTS.partitions),
      keys: whole('keys', values.keys, CHAOS_DEFAULTS.keys),
      perSecond: whole('rate', values.rate, CHAOS_DEFAULTS.perSecond),
      json: values.json ?? CHAOS_DEFAULTS.json,
    }
  } catch (thrown) {
    return { kind: 'wrong', why: thrown instanceof Error ? thrown.message : String(thrown) }
  }
}

const OPTIONS = {
  seconds: { type: 'string' },
  seed: { type: 'string' },
  kills: { type: 'string' },
  transport: { type: 'string' },
  inbox: { type: 'boolean' },
  restarts: { type: 'string' },
  outages: { type: 'string' },
  deadly: { type: 'string' },
  consumers: { type: 'string' },
  partitions: { type: 'string' },
  keys: { type: 'string' },
  rate: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

function whole(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text)
  if (!Number.isSafeInteger(value) || value < 0) throw new Error(`--${name} takes a whole number, not ${text}`)
  return value
}

function driverOf(text = 'kafka'): ChaosSettings['driver'] {
  if (text === 'kafka' || text === 'platformatic') return 'platformatic'
  if (text === 'kafkajs') return 'kafkajs'
  throw new Error(`--transport takes kafka or kafkajs, not ${text}`)
}
