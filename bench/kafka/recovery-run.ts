/** One member of a group: tells its parent the key of each message it handles, and `ready` first. */
import { contenderNamed } from './contenders.ts'

const [contender = '', topic = '', group = '', brokers = ''] = process.argv.slice(2)
const stop = await contenderNamed(contender)({
  topic,
  group,
  brokers: brokers.split(','),
  concurrency: 64,
  handle: async ({ order_id }) => void process.send?.(order_id),
})
process.send?.('ready')
process.once('SIGTERM', () => void stop().then(() => process.exit(0)))
