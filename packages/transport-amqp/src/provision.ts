import { Failure, type Provisioned, type ProvisionOptions, type ProvisionRequest } from '@longshore/runtime'
import type { ChannelModel } from 'amqplib'
import { isMissing } from './broker-failure.ts'
import { declareQueue, hasQueue, onChannel } from './declare.ts'
import { Link } from './link.ts'
import type { ResolvedAmqpOptions } from './options.ts'
import { type QueueSpec, type Topology, topologyOf } from './topology.ts'

/** Declares what consumers need and is not there; what is there is compared by the broker itself, which alters nothing. */
export async function provisionBroker(
  options: ResolvedAmqpOptions,
  wanted: readonly ProvisionRequest[],
  { dryRun = false }: ProvisionOptions,
): Promise<readonly Provisioned[]> {
  const { exchanges, queues, bindings } = merged(wanted.map((request) => neededFor(request, options)))
  const link = new Link(options, 'provisioning', { onBlocked() {}, onUnblocked() {} })
  try {
    const model = await link.open()
    const report: Provisioned[] = []
    for (const exchange of exchanges) report.push(await provisionExchange(model, exchange, dryRun))
    for (const queue of queues)
      report.push(withBindings(await provisionQueue(model, queue, dryRun), bindingsOf(queue, bindings)))
    const usable = new Set(report.filter(({ state }) => state === 'created' || state === 'as-stated').map(nameOf))
    if (!dryRun)
      for (const { queue, exchange, routingKey } of bindings.filter(
        (binding) => usable.has(binding.queue) && usable.has(binding.exchange),
      ))
        await onChannel(model, `binding ${queue} to ${exchange}`, async (channel) => {
          await channel.bindQueue(queue, exchange, routingKey)
        })
    return report
  } finally {
    await link.close()
  }
}

interface Needed {
  readonly exchanges: Topology['exchanges']
  readonly queues: readonly QueueSpec[]
  readonly bindings: Topology['bindings']
}

/** A producer needs its exchange; the queues behind it are their consumers'. */
function neededFor(
  { topics, bindings, group, dlq, retryTopic }: ProvisionRequest,
  options: ResolvedAmqpOptions,
): Needed {
  if (dlq === undefined || retryTopic === undefined) {
    const exchange = bindings.amqp?.exchange
    return { exchanges: exchange === undefined || exchange.name === '' ? [] : [exchange], queues: [], bindings: [] }
  }
  const names = { topics, dlq, retryTopic, bindings }
  const topology = topologyOf(group === undefined ? names : { ...names, group }, options)
  return {
    exchanges: topology.exchanges,
    queues: [topology.dlq, ...topology.feeds.map(({ queue }) => queue)],
    bindings: topology.bindings,
  }
}

function merged(all: readonly Needed[]): Needed {
  return {
    exchanges: unique(all.flatMap(({ exchanges }) => exchanges)),
    queues: unique(all.flatMap(({ queues }) => queues)),
    bindings: all.flatMap(({ bindings }) => bindings),
  }
}

function unique<Named extends { readonly name: string }>(all: readonly Named[]): readonly Named[] {
  return [...new Map(all.map((each) => [each.name, each])).values()]
}

function nameOf({ name }: { readonly name: string }): string {
  return name
}

async function provisionQueue(model: ChannelModel, queue: QueueSpec, dryRun: boolean): Promise<Provisioned> {
  const { name } = queue
  const isThere = await hasQueue(model, name)
  if (!isThere && dryRun) return { name, state: 'missing', details: settingsOf(queue) }
  try {
    await declareQueue(model, queue)
    return isThere ? { name, state: 'as-stated', details: [] } : { name, state: 'created', details: settingsOf(queue) }
  } catch (error) {
    return refused(name, error)
  }
}

/** An exchange without a type is somebody else's, and must be there. */
async function provisionExchange(
  model: ChannelModel,
  { name, type }: Topology['exchanges'][number],
  dryRun: boolean,
): Promise<Provisioned> {
  const isThere = await hasExchange(model, name)
  const details = [`exchange: ${type ?? 'of any type, declared by its owner'}`]
  if (!isThere && (dryRun || type === undefined)) return { name, state: 'missing', details }
  if (type === undefined) return { name, state: 'as-stated', details: [] }
  try {
    await onChannel(model, `declaring the exchange ${name}`, async (channel) => {
      await channel.assertExchange(name, type)
    })
    return isThere ? { name, state: 'as-stated', details: [] } : { name, state: 'created', details }
  } catch (error) {
    return refused(name, error)
  }
}

async function hasExchange(model: ChannelModel, name: string): Promise<boolean> {
  try {
    await onChannel(model, `looking for the exchange ${name}`, async (channel) => {
      await channel.checkExchange(name)
    })
    return true
  } catch (error) {
    if (isMissing(error)) return false
    throw error
  }
}

/** What the broker says of a declaration that differs; all else is a failure. */
function refused(name: string, error: unknown): Provisioned {
  if (Failure.is(error) && error.code === 'BROKER_REFUSED') return { name, state: 'differs', details: [error.message] }
  throw error
}

function settingsOf({ durable, exclusive, autoDelete, arguments: args }: QueueSpec): readonly string[] {
  const flags = { durable, exclusive, autoDelete }
  const set = Object.entries(flags).filter(([, value]) => value)
  return [...set.map(([flag]) => flag), ...Object.entries(args).map(([name, value]) => `${name}: ${value}`)]
}

function bindingsOf({ name }: QueueSpec, bindings: Topology['bindings']): Topology['bindings'] {
  return bindings.filter(({ queue }) => queue === name)
}

function withBindings(provisioned: Provisioned, bindings: Topology['bindings']): Provisioned {
  if (provisioned.state !== 'created' && provisioned.state !== 'missing') return provisioned
  const bound = bindings.map(({ exchange, routingKey }) => `bound to ${exchange} by ${routingKey}`)
  return { ...provisioned, details: [...provisioned.details, ...bound] }
}
