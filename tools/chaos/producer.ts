/** One producer process of a run: publishes its share of the keys, until it is told to stop or something happens to it. */
import { pgDatabase } from '@longshore/postgres/pg'
import { Ledger } from './ledger.ts'
import { readOrders } from './orders.ts'
import { Traffic } from './traffic.ts'
import { transportOf } from './transports.ts'

const { settings, scene, place, brokerUrl, connectionString } = readOrders()
const database = pgDatabase({ connectionString, connections: 2 })
const chaos = await transportOf(settings.transport)
const transport = await chaos.open({ url: brokerUrl, database, schema: scene.topic })
const traffic = new Traffic({
  transport,
  address: chaos.address(scene.topic),
  settings,
  place,
  ledger: new Ledger(database, scene.topic),
  onRefusal: () => process.send?.('refusal'),
})

process.once('SIGTERM', stop)
// Ctrl-C reaches all processes of a terminal; how a run ends is the run's affair.
process.on('SIGINT', () => undefined)
process.once('disconnect', () => process.exit(1))
await traffic.start()
process.send?.('ready')

async function stop(): Promise<void> {
  await traffic.stop()
  await transport.close()
  await database.close()
  process.disconnect?.()
}
