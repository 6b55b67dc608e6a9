import { parseArgs } from 'node:util'

/** Which transport a run is about; `kafka` is @platformatic/kafka. */
export type TransportName = 'kafka' | 'kafkajs' | 'amqp' | 'mqtt'

/** One run of chaos. */
export interface ChaosSettings {
  /** How long things go wrong; then all is left in peace until it is settled. Default 60. */
  readonly seconds: number
  /** Repeats a run, as far as the machine allows. Default: a new one. */
  readonly seed: number
  /** Default `kafka`. */
  readonly transport: TransportName
  /** Consumer processes ended by SIGKILL. Default one per three seconds. */
  readonly kills: number
  /** Effects in the inbox's transaction, and then exactly once. Default off: at least once. */
  readonly inbox: boolean
  /** RabbitMQ: consumers share the queue, and order is not promised. Default off: one is active at a time. */
  readonly competing: boolean
  /** Times the broker ends in order and starts again; it is a broker of the run's own then. Default 0. */
  readonly restarts: number
  /** The same by SIGKILL. Default 0. */
  readonly crashes: number
  /** Times the database ends and comes back; more than 0 starts a PostgreSQL of the run's own. Default 0. */
  readonly outages: number
  /** Messages that kill the process that works on them. They need the inbox's store, which finds them. Default 0. */
  readonly deadly: number
  readonly consumers: number
  readonly producers: number
  /** Kafka's. */
  readonly partitions: number
  readonly keys: number
  /** Of all producers together. */
  readonly perSecond: number
  readonly json: boolean
}

export const CHAOS_DEFAULTS = Object.freeze({
  seconds: 60,
  transport: 'kafka',
  inbox: false,
  competing: false,
  restarts: 0,
  crashes: 0,
  outages: 0,
  deadly: 0,
  consumers: 3,
  producers: 2,
  partitions: 6,
  keys: 60,
  perSecond: 200,
  json: false,
} as const satisfies Partial<ChaosSettings>)

/** Reads the command line. `help` was asked for, or `wrong` says what cannot be read. */
export function readSettings(
  args: readonly string[],
): ChaosSettings | { readonly kind: 'help' } | { readonly kind: 'wrong'; readonly why: string } {
  try {
    const { values } = parseArgs({ args: [...args], options: OPTIONS })
    if (values.help) return { kind: 'help' }
    const seconds = whole('seconds', values.seconds, CHAOS_DEFAULTS.seconds, 1)
    const settings = {
      seconds,
      seed: whole('seed', values.seed, Math.floor(Math.random() * 2 ** 31)),
      transport: transportNamed(values.transport),
      kills: whole('kills', values.kills, Math.round(seconds / 3)),
      inbox: values.inbox ?? CHAOS_DEFAULTS.inbox,
      competing: values.competing ?? CHAOS_DEFAULTS.competing,
      restarts: whole('restarts', values.restarts, CHAOS_DEFAULTS.restarts),
      crashes: whole('crashes', values.crashes, CHAOS_DEFAULTS.crashes),
      outages: whole('outages', values.outages, CHAOS_DEFAULTS.outages),
      deadly: whole('deadly', values.deadly, CHAOS_DEFAULTS.deadly),
      consumers: whole('consumers', values.consumers, CHAOS_DEFAULTS.consumers, 1),
      producers: whole('producers', values.producers, CHAOS_DEFAULTS.producers, 1),
      partitions: whole('partitions', values.partitions, CHAOS_DEFAULTS.partitions, 1),
      keys: whole('keys', values.keys, CHAOS_DEFAULTS.keys, 1),
      perSecond: whole('rate', values.rate, CHAOS_DEFAULTS.perSecond, 1),
      json: values.json ?? CHAOS_DEFAULTS.json,
    }
    refuseContradictions(settings)
    return settings
  } catch (thrown) {
    return { kind: 'wrong', why: thrown instanceof Error ? thrown.message : String(thrown) }
  }
}

const OPTIONS = {
  seconds: { type: 'string' },
  seed: { type: 'string' },
  transport: { type: 'string' },
  kills: { type: 'string' },
  inbox: { type: 'boolean' },
  competing: { type: 'boolean' },
  restarts: { type: 'string' },
  crashes: { type: 'string' },
  outages: { type: 'string' },
  deadly: { type: 'string' },
  consumers: { type: 'string' },
  producers: { type: 'string' },
  partitions: { type: 'string' },
  keys: { type: 'string' },
  rate: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const

function refuseContradictions({ transport, inbox, competing, deadly, producers, keys }: ChaosSettings): void {
  if (deadly > 0 && !inbox) throw new Error('--deadly needs --inbox')
  if (competing && transport !== 'amqp') throw new Error('--competing is about --transport amqp')
  if (producers > keys) throw new Error('--producers takes no more than --keys: each has its own')
}

function whole(name: string, text: string | undefined, otherwise: number, least = 0): number {
  const value = text === undefined ? otherwise : Number(text)
  if (text === '' || !Number.isSafeInteger(value) || value < least)
    throw new Error(`--${name} takes a whole number of at least ${least}, not ${text}`)
  return value
}

function transportNamed(text: string = CHAOS_DEFAULTS.transport): TransportName {
  if (text === 'kafka' || text === 'kafkajs' || text === 'amqp' || text === 'mqtt') return text
  throw new Error(`--transport takes kafka, kafkajs, amqp or mqtt, not ${text}`)
}
