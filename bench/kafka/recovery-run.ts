/** One member of a group: tells its parent the key of each message it handles, and `ready` first. */
import { parseArgs } from 'node:util'
import { contenderNamed } from './contenders.ts'
import { tell } from './parent.ts'

const { values } = parseArgs({
  options: {
    contender: { type: 'string', default: '' },
    topic: { type: 'string', default: '' },
    group: { type: 'string', default: '' },
    brokers: { type: 'string', default: '' },
  },
})
await contenderNamed(values.contender)({
  topic: values.topic,
  group: values.group,
  brokers: values.brokers.split(','),
  concurrency: 64,
  onJoined: () => tell('ready'),
  handle: async ({ order_id }) => tell(order_id),
})
