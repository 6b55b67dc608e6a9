import type { Channel, ChannelModel } from 'amqplib'
import { brokerFailure, isMissing } from './broker-failure.ts'
import type { ResolvedAmqpOptions } from './options.ts'
import type { QueueSpec, Topology } from './topology.ts'

/**
 * Declares what a subscription needs, the queues that others dead-letter into first. What is there already must say the same. Rejects
 * with BROKER_REFUSED, naming the queue or exchange and the argument that differs.
 */
export function declareTopology(
  model: ChannelModel,
  { exchanges, dlq, feeds, bindings }: Topology,
  { declare }: Pick<ResolvedAmqpOptions, 'declare'>,
): Promise<void> {
  return onChannel(model, `declaring what ${dlq.name} and its consumers need`, async (channel) => {
    const own = declare === 'none' ? checkQueue : assertQueue
    const shared = declare === 'all' ? assertQueue : checkQueue
    if (declare === 'all') {
      for (const { name, type } of exchanges) {
        if (type !== undefined) await channel.assertExchange(name, type)
        else await channel.checkExchange(name)
      }
    }
    await own(channel, dlq)
    for (const { queue, isRetry } of feeds) await (isRetry ? own : shared)(channel, queue)
    if (declare !== 'all') return
    for (const { queue, exchange, routingKey } of bindings) await channel.bindQueue(queue, exchange, routingKey)
  })
}

export function declareQueue(model: ChannelModel, queue: QueueSpec): Promise<void> {
  return onChannel(model, `declaring the queue ${queue.name}`, (channel) => assertQueue(channel, queue))
}

/** Messages ready for delivery, by queue: those handed over and not acknowledged are not among them. */
export async function queueDepths(
  model: ChannelModel,
  queues: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  const depths = new Map<string, number>()
  await onChannel(model, `asking how long ${queues.join(', ')} are`, async (channel) => {
    for (const queue of queues) depths.set(queue, (await channel.checkQueue(queue)).messageCount)
  })
  return depths
}

/** The same for one queue; one that is not there is empty. */
export async function depthOf(model: ChannelModel, queue: string): Promise<number> {
  try {
    return (await queueDepths(model, [queue])).get(queue) ?? 0
  } catch (error) {
    if (isMissing(error)) return 0
    throw error
  }
}

/** A channel of its own: the broker closes a channel at the first thing it refuses. */
async function onChannel(
  model: ChannelModel,
  doing: string,
  action: (channel: Channel) => Promise<void>,
): Promise<void> {
  let refusal: unknown
  try {
    const channel = await model.createChannel()
    channel.on('error', (error) => {
      refusal = error
    })
    await action(channel)
    await channel.close()
  } catch (error) {
    throw brokerFailure(refusal ?? error, doing)
  }
}

async function assertQueue(channel: Channel, { name, ...options }: QueueSpec): Promise<void> {
  await channel.assertQueue(name, options)
}

async function checkQueue(channel: Channel, { name }: QueueSpec): Promise<void> {
  await channel.checkQueue(name)
}
