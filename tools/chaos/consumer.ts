/** One consumer process of a run: writes an effect for each message, until it is told to stop or something happens to it. */
import { postgresStore, type Transaction } from '@longshore/postgres'
import { pgDatabase } from '@longshore/postgres/pg'
import {
  type Assignment,
  type Context,
  consume,
  jsonLog,
  PermanentFailure,
  type Running,
  systemClock,
} from '@longshore/runtime'
import { chaosContract, type Load } from './load.ts'
import { readOrders } from './orders.ts'
import { transportOf } from './transports.ts'

/** What both a database and a transaction of one can do. */
type Sql = Pick<ReturnType<typeof pgDatabase>, 'query'>

const { name, settings, scene, brokerUrl, connectionString } = readOrders()
const schema = scene.topic
const database = pgDatabase({ connectionString: named(connectionString, schema), connections: 8 })
const chaos = await transportOf(settings.transport)
const transport = await chaos.open({ url: brokerUrl, database, schema })
const epochs = new Map<Assignment, number>()
let isStopping = false
const consumer = settings.inbox ? exactlyOnce() : atLeastOnce()

process.once('SIGTERM', stop)
// Ctrl-C reaches all processes of a terminal; how a run ends is the run's affair.
process.on('SIGINT', () => undefined)
process.once('disconnect', () => process.exit(1))
await start()

function atLeastOnce(): Running {
  return consume(contract(), transport, (load, context) => work(load, context, database), options())
}

function exactlyOnce(): Running {
  const store = postgresStore(database, { schema })
  const handle = (load: Load, context: Context<Transaction>) => work(load, context, context.tx)
  return consume(contract(), transport, handle, { ...options(), store })
}

async function work({ id, key, n, kind }: Load, { attempt, delivery, source }: Context, sql: Sql): Promise<void> {
  if (kind === 'deadly') process.kill(process.pid, 'SIGKILL')
  if (kind === 'refused') throw new PermanentFailure('refused, as it asked to be')
  if (kind === 'flaky' && attempt === 1) throw new Error('not at the first attempt')
  await sql.query(`insert into ${schema}.effect (id, key, place, consumer) values ($1, $2, $3, $4)`, [
    id,
    key,
    chaos.order(scene) === 'log' ? source.offset : n,
    `${name}/${epochOf(delivery.assignment)}`,
  ])
}

/** Counts the assignments of this process, so that one that lost a partition and got it again is told apart. */
function epochOf(assignment: Assignment): number {
  const known = epochs.get(assignment)
  if (known !== undefined) return known
  const epoch = epochs.size
  epochs.set(assignment, epoch)
  return epoch
}

async function start(): Promise<void> {
  try {
    await consumer.start()
    process.send?.('ready')
  } catch (thrown) {
    // It may be told to stop while the broker is away.
    if (!isStopping) throw thrown
  }
}

async function stop(): Promise<void> {
  isStopping = true
  await consumer.stop()
  await transport.close()
  await database.close()
  process.disconnect?.()
}

function contract() {
  return chaosContract(scene, chaos.bindings(scene))
}

function options() {
  return {
    concurrency: 32,
    laneAttempts: 5,
    drainTimeoutMs: 5_000,
    log: jsonLog({ clock: systemClock, level: 'warn' }),
  }
}

/** Connections by which the run finds this process's sessions, to cut them. */
function named(address: string, application: string): string {
  const url = new URL(address)
  url.searchParams.set('application_name', application)
  return url.href
}
