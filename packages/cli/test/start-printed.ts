/**
 * Starts every printed consumer of a folder on one transport, publishes what `work.json` there names, and prints how often each
 * message was handled: the child process of printed-specs.broker.test.ts. Uses nothing but what is printed and the packages.
 */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { ConsumerContract, OutgoingMessage, Running, Transport } from '@longshore/runtime'
import { amqpOptionsFromEnvironment, amqpTransport } from '@longshore/transport-amqp'
import { kafkaOptionsFromEnvironment, kafkaTransport } from '@longshore/transport-kafka/platformatic'
import { mqttOptionsFromEnvironment, mqttTransport } from '@longshore/transport-mqtt'

export interface Work {
  readonly protocol: string
  readonly consumers: readonly WorkOfConsumer[]
}

export interface WorkOfConsumer {
  readonly file: string
  readonly name: string
  /** The name of the contract literal. */
  readonly constant: string
  readonly messages: readonly {
    readonly name: string
    readonly value: unknown
    readonly headers: { readonly [name: string]: string }
  }[]
}

interface Printed {
  readonly contract: ConsumerContract<unknown>
  readonly Consumer: new (options: object) => { readonly run: Running; start(): Promise<void>; stop(): Promise<void> }
}

const LIMIT_MS = 45_000
const silent = () => undefined
const quiet = { debug: silent, info: silent, warn: silent, error: console.error }

const [folder = '.'] = process.argv.slice(2)
const work: Work = JSON.parse(readFileSync(join(folder, 'work.json'), 'utf8'))
const handled = new Map<string, number>()
const transport = open(work.protocol)
const printed = await Promise.all(work.consumers.map(async (of) => ({ of, ...(await load(of)) })))
const running = printed.map(({ of, Consumer }) => new Consumer({ transport, handle: handlerOf(of), log: quiet }))
await Promise.all(running.map((consumer) => consumer.start()))
await transport.publish(
  printed.flatMap(({ of, contract }) => of.messages.map((message) => outgoing(message, contract))),
)
await allHandled()
await Promise.all(running.map((consumer) => consumer.stop()))
await transport.close()
console.log(JSON.stringify(Object.fromEntries(handled)))

function open(protocol: string): Transport {
  const { env } = process
  if (protocol === 'amqp') return amqpTransport(amqpOptionsFromEnvironment(env))
  if (protocol === 'mqtt') return mqttTransport({ ...mqttOptionsFromEnvironment(env), clientId: randomUUID() })
  return kafkaTransport({ ...kafkaOptionsFromEnvironment(env), provision: 'all' })
}

async function load({ file, name, constant }: WorkOfConsumer): Promise<Printed> {
  const module = await import(pathToFileURL(join(folder, 'src', `${file}.consumer.ts`)).href)
  return { contract: module[constant], Consumer: module[`${name}Consumer`] }
}

/** One function, or one for each message of the channel. */
function handlerOf({ file, messages }: WorkOfConsumer): unknown {
  const counting = (name: string) => () =>
    void handled.set(`${file}/${name}`, (handled.get(`${file}/${name}`) ?? 0) + 1)
  const handlers = Object.fromEntries(messages.map(({ name }) => [name, counting(name)]))
  return messages.length === 1 ? Object.values(handlers)[0] : handlers
}

/** The way the contract says: to the topic, or through the exchange that its queue is bound to. */
function outgoing(
  { value, headers }: WorkOfConsumer['messages'][number],
  { topic, bindings }: ConsumerContract<unknown>,
): OutgoingMessage {
  const bytes = new TextEncoder().encode(JSON.stringify(value))
  const exchange = bindings?.amqp?.exchange?.name
  const address = exchange === undefined ? topic.replaceAll('+', 'x') : (bindings?.amqp?.routingKeys?.[0] ?? topic)
  // A compacted topic takes none without a key.
  return { topic: address, key: topic, headers, value: bytes, ...(exchange === undefined ? {} : { exchange }) }
}

async function allHandled(): Promise<void> {
  const wanted = work.consumers.flatMap(({ messages }) => messages).length
  const ends = performance.now() + LIMIT_MS
  while (handled.size < wanted && performance.now() < ends) await new Promise((resolve) => setTimeout(resolve, 50))
}
