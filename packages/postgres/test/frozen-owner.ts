/** A process that stops itself in the middle of an effect's transaction, and tells its parent how that ended once it is continued. */
import { Failure } from '@longshore/runtime'
import { pgDatabase } from '../src/pg.ts'
import { postgresStore } from '../src/store.ts'

const [schema = '', connectionString = ''] = process.argv.slice(2)
const partition = { group: 'billing', topic: 'order.placed', partition: 0 }
const database = pgDatabase({ connectionString })
const { fencing, inbox } = postgresStore(database, { schema })
const { epoch } = await fencing.take(partition)
const claim = { handler: 'bill', id: 'a1', payloadHash: new Uint8Array(32), fence: { ...partition, epoch } }

const again = () =>
  inbox.transact(claim, async (tx) => {
    await tx.query(`insert into ${schema}.effect (id) values ('by the frozen one')`)
    process.send?.('in the middle')
    process.kill(process.pid, 'SIGSTOP')
    await new Promise((resolve) => setTimeout(resolve, 50))
    return { kind: 'ack' }
  })

process.send?.(
  await again().then(
    (answer) => `first: ${JSON.stringify(answer)}`,
    (thrown) => `first: ${Failure.from(thrown).code}`,
  ),
)
process.send?.(`then: ${await again()}`)
await database.close()
process.disconnect()
