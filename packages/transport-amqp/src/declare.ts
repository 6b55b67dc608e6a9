import { Failure } from '@longshore/runtime'
import type { Channel, ChannelModel } from 'amqplib'
import { brokerFailure, isMissing, textOf } from './broker-failure.ts'
import { agreeing, type Conflict, conflictIn, describeConflicts } from './conflict.ts'
import type { ResolvedAmqpOptions } from './options.ts'
import type { QueueSpec, Topology } from './topology.ts'

/** More than a queue has. */
const MOST_ARGUMENTS = 16

/**
 * Declares what a subscription needs, the queues that others dead-letter into first. What is there already must say the same. Rejects
 * with BROKER_REFUSED, naming the queue or exchange and the arguments that differ.
 */
export async function declareTopology(
  model: ChannelModel,
  { exchanges, dlq, feeds, bindings }: Topology,
  { declare }: Pick<ResolvedAmqpOptions, 'declare'>,
): Promise<void> {
  const queues = [dlq, ...feeds.map(({ queue }) => queue)]
  await onChannel(model, `declaring what ${dlq.name} and its consumers need`, async (channel) => {
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
  }).catch((failure: unknown) => refuseConflict(model, queues, failure))
}

export async function declareQueue(model: ChannelModel, queue: QueueSpec): Promise<void> {
  await onChannel(model, `declaring the queue ${queue.name}`, (channel) => assertQueue(channel, queue)).catch(
    (failure: unknown) => refuseConflict(model, [queue], failure),
  )
}

/** The broker names one argument, and not the one that matters: the others are asked for until it has no objection. */
async function refuseConflict(model: ChannelModel, queues: readonly QueueSpec[], failure: unknown): Promise<never> {
  const first = conflictOf(failure)
  const queue = queues.find(({ name }) => first?.kind === 'queue' && name === first.name)
  if (first === undefined || queue === undefined) throw failure
  const conflicts: [Conflict, ...Conflict[]] = [first]
  let wanted = agreeing(queue, first)
  while (conflicts.length < MOST_ARGUMENTS) {
    const next = await conflictAbout(model, wanted)
    if (next === undefined || conflicts.some(({ argument }) => argument === next.argument)) break
    conflicts.push(next)
    wanted = agreeing(wanted, next)
  }
  throw new Failure('BROKER_REFUSED', describeConflicts(conflicts), { cause: failure })
}

async function conflictAbout(model: ChannelModel, queue: QueueSpec): Promise<Conflict | undefined> {
  try {
    await onChannel(model, `comparing the queue ${queue.name}`, async (channel) => {
      // One that is gone by now must not be made as it was.
      await checkQueue(channel, queue)
      await assertQueue(channel, queue)
    })
    return undefined
  } catch (failure) {
    return conflictOf(failure)
  }
}

function conflictOf(failure: unknown): Conflict | undefined {
  return Failure.is(failure) ? conflictIn(textOf(failure.cause)) : undefined
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

/** Whether a queue is there. */
export async function hasQueue(model: ChannelModel, queue: string): Promise<boolean> {
  try {
    await queueDepths(model, [queue])
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

/** A channel of its own: the broker closes a channel at the first thing it refuses. */
export async function onChannel(
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
