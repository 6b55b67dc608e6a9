import { writeSync } from 'node:fs'
import { consume } from '@longshore/runtime'
import { silentLog } from '@longshore/testing'
import { resolveAmqpOptions } from '../src/options.ts'
import { AmqpTransport } from '../src/transport.ts'

/** A process of its own: reads the queue it is given, prints what it has handled, and dies of the message `killer` by SIGKILL. */
const [url = '', topic = '', deliveryLimit = ''] = process.argv.slice(2)

const consumer = consume<{ readonly name: string }>(
  { urn: 'urn:test', topic, group: 'mortals', pii: [], validate: () => [] },
  new AmqpTransport(resolveAmqpOptions({ url, deliveryLimit: Number(deliveryLimit) })),
  ({ name }) => {
    if (name === 'killer') process.kill(process.pid, 'SIGKILL')
    writeSync(1, `${name}\n`)
  },
  { log: silentLog },
)
await consumer.start()
