import type { Diagnostic } from '@longshore/contract'
import type { Manifest } from '@longshore/manifest'
import { printBrokerTest } from '../artefacts/broker-test.ts'
import { printChannelEvents } from '../artefacts/channel-events.ts'
import { printConsumer } from '../artefacts/consumer.ts'
import { printConsumerTest } from '../artefacts/consumer-test.ts'
import { printDecoder } from '../artefacts/decoder.ts'
import { printEncoder } from '../artefacts/encoder.ts'
import { printEvent } from '../artefacts/event.ts'
import { printHandler } from '../artefacts/handler.ts'
import { printMain } from '../artefacts/main.ts'
import { printNestModule } from '../artefacts/nest-module.ts'
import { printProducer } from '../artefacts/producer.ts'
import { printProducerTest } from '../artefacts/producer-test.ts'
import { printProvisionScript } from '../artefacts/provision-script.ts'
import { printRabbitmqDefinitions } from '../artefacts/rabbitmq-definitions.ts'
import { printStrimzi } from '../artefacts/strimzi.ts'
import { type GenerateOptions, type ResolvedOptions, resolveOptions } from '../options.ts'
import { packagedSources, type Sources } from '../support/sources.ts'
import { checksFile, supportFiles } from '../support/support-files.ts'
import { type ChannelPlan, type EventPlan, outputNames, planChannels } from './channel-plan.ts'
import { chooseChannels } from './choose-channels.ts'
import { missingMessages } from './missing-messages.ts'
import { type Modules, modulesOf } from './modules.ts'
import { type NeededPackages, neededPackages } from './needed-packages.ts'
import { binaryEncoding, missingDecoders, missingEncoders } from './payload-encoding.ts'
import { type ProducerPlan, planProducers } from './producer-plan.ts'
import { type ProvisionFacts, provisionsOf } from './provisions.ts'
import { type TransportModule, transportModules } from './transport-modules.ts'

/** A file to write. */
export interface PlannedFile {
  /** From the output folder, with slashes. */
  readonly path: string
  readonly text: string
  /** Written when it is missing, and from then on the user's. */
  readonly once: boolean
}

export interface Plan {
  readonly files: readonly PlannedFile[]
  /** What could not be printed, and why. */
  readonly diagnostics: readonly Diagnostic[]
  readonly channels: readonly ChannelPlan[]
  readonly needs: NeededPackages
}

/** Every file of the output folder. Pure but for reading the package's own support sources. */
export function plan(
  manifests: readonly Manifest[],
  options: GenerateOptions = {},
  sources: Sources = packagedSources(),
): Plan {
  const resolved = resolveOptions(options)
  const modules = modulesOf(resolved)
  const chosen = chooseChannels(manifests, resolved)
  const names = outputNames()
  const channels = planChannels(chosen.manifests, chosen.transportOf, resolved, names)
  const producers = resolved.producers ? planProducers(manifests, channels, chosen.transportOf, names) : []
  const provisions = provisionsOf(channels, producers)
  const users = [...channels, ...producers]
  const transports = transportModules(users, resolved)
  const started = modules.nest === undefined ? transportsOf(channels, transports) : transports
  const main = { path: 'main.ts', text: printMain(channels, started, modules), once: true }
  const module = { path: 'consumers.module.ts', text: printNestModule(channels, producers, modules), once: false }
  const files = [
    ...channels.flatMap((channel) => channelFiles(channel, transports, modules, resolved)),
    ...producers.flatMap((producer) => producerFiles(producer, modules, resolved)),
    ...(modules.nest === undefined || channels.length === 0 ? [] : [module]),
    ...(canStart(users, started, modules) ? [main] : []),
    ...provisioning(provisions.facts, transports, modules, resolved, channels),
    ...(channels.length === 0 ? [] : support(transports, resolved, sources)),
  ]
  const findings = [
    ...(resolved.provision.length === 0 ? [] : provisions.diagnostics),
    ...missingMessages(channels, manifests),
    ...missingDecoders(channels),
    ...missingEncoders(producers),
  ]
  return {
    files,
    channels,
    needs: neededPackages(transports, resolved),
    diagnostics: [...chosen.diagnostics, ...findings],
  }
}

function transportsOf(
  users: readonly Pick<ChannelPlan, 'transport'>[],
  transports: readonly TransportModule[],
): readonly TransportModule[] {
  return transports.filter(({ protocol }) => users.some(({ transport }) => transport === protocol))
}

/** `main.ts` starts what it has a transport for; a module of a framework needs them all. */
function canStart(
  users: readonly Pick<ChannelPlan, 'transport'>[],
  started: readonly TransportModule[],
  { nest }: Modules,
): boolean {
  const wanted = new Set(users.map(({ transport }) => transport)).size
  return started.length > 0 && (nest === undefined || started.length === wanted)
}

function channelFiles(
  channel: ChannelPlan,
  transports: readonly TransportModule[],
  modules: Modules,
  options: ResolvedOptions,
): readonly PlannedFile[] {
  const { file, events } = channel
  const encoding = binaryEncoding(channel)
  const several =
    events.length > 1 ? [{ path: `${file}.event.ts`, text: printChannelEvents(channel, modules), once: false }] : []
  return [
    ...events.map((event) => eventFile(event, modules)),
    ...several,
    { path: `${file}.consumer.ts`, text: printConsumer(channel, modules), once: false },
    { path: `${file}.handler.ts`, text: printHandler(channel, modules), once: true },
    ...(encoding === undefined
      ? []
      : [{ path: `${file}.decoder.ts`, text: printDecoder(channel, encoding, modules), once: true }]),
    ...testFiles(channel, transports, modules, options),
  ]
}

function testFiles(
  channel: ChannelPlan,
  transports: readonly TransportModule[],
  modules: Modules,
  { tests, brokerTests }: ResolvedOptions,
): readonly PlannedFile[] {
  if (tests === 'none') return []
  const path = `${channel.file}.consumer.test.ts`
  const inMemory = { path, text: printConsumerTest(channel, modules, tests), once: false }
  const transport = brokerTests ? transports.find(({ protocol }) => protocol === channel.transport) : undefined
  const text = transport === undefined ? undefined : printBrokerTest(channel, transport, modules, tests)
  if (text === undefined) return [inMemory]
  return [inMemory, { path: `${channel.file}.consumer.broker.test.ts`, text, once: false }]
}

function producerFiles(producer: ProducerPlan, modules: Modules, { tests }: ResolvedOptions): readonly PlannedFile[] {
  const { event } = producer
  const path = `${event.file}.producer`
  const encoding = binaryEncoding({ events: [event] })
  const encoder = `${event.file}.encoder.ts`
  const test = tests === 'none' ? undefined : printProducerTest(producer, modules, tests)
  return [
    ...(producer.isConsumed ? [] : [eventFile(event, modules)]),
    { path: `${path}.ts`, text: printProducer(producer, modules), once: false },
    ...(encoding === undefined ? [] : [{ path: encoder, text: printEncoder(event, encoding, modules), once: true }]),
    ...(test === undefined ? [] : [{ path: `${path}.test.ts`, text: test, once: false }]),
  ]
}

function eventFile({ file, manifest, type }: EventPlan, { checks }: Modules): PlannedFile {
  return { path: `${file}.event.ts`, text: printEvent(manifest, type, checks), once: false }
}

/** What is asked for and there is something of: a broker that creates by itself, such as one for MQTT, needs no file. */
function provisioning(
  facts: readonly ProvisionFacts[],
  transports: readonly TransportModule[],
  modules: Modules,
  { provision, kafkaCluster, service }: ResolvedOptions,
  [first]: readonly ChannelPlan[],
): readonly PlannedFile[] {
  const names = { cluster: kafkaCluster, user: service ?? first?.events[0].manifest.urn.split(':')[2] ?? 'service' }
  const texts = {
    script: { path: 'provision.ts', print: () => printProvisionScript(facts, transports, modules) },
    strimzi: { path: 'strimzi.yaml', print: () => printStrimzi(facts, names) },
    rabbitmq: { path: 'rabbitmq.definitions.json', print: () => printRabbitmqDefinitions(facts) },
  }
  return provision.flatMap((kind) => {
    const { path, print } = texts[kind]
    const text = print()
    return text === undefined ? [] : [{ path, text, once: false }]
  })
}

function support(
  transports: readonly TransportModule[],
  options: ResolvedOptions,
  sources: Sources,
): readonly PlannedFile[] {
  const files =
    options.runtime === 'package'
      ? checksFile(sources)
      : supportFiles(
          {
            runtimeNames: runtimeNames(options),
            doors: options.inbox === 'none' ? transports : [...transports, ...POSTGRES_DOORS],
            testing: options.tests !== 'none',
            importExtension: options.importExtension,
          },
          sources,
        )
  return files.map((file) => ({ ...file, once: false }))
}

function runtimeNames({ inbox, producers, provision, tests }: ResolvedOptions): readonly string[] {
  return [
    ...RUNTIME_NAMES,
    ...(inbox === 'none' ? [] : STORE_NAMES),
    ...(provision.includes('script') ? ['ProvisionRequest'] : []),
    ...(producers && tests !== 'none' ? ['Incoming'] : []),
  ]
}

/** Names of the runtime that come with an inbox, and the files it is made of. */
const STORE_NAMES: readonly string[] = ['memoryStore', 'Store', 'TransactionalOptions']
const POSTGRES_DOORS = ['database', 'pg', 'store'].map((door) => ({ folder: 'postgres', door }))

/** What printed files import, and what handlers may want. */
const RUNTIME_NAMES: readonly string[] = [
  'byMessage',
  'consume',
  'DependencyDown',
  'Failure',
  'jsonLog',
  'maskPII',
  'PermanentFailure',
  'RetryAfter',
  'ConsumerContract',
  'ConsumerOptions',
  'Context',
  'Decode',
  'Handler',
  'Handlers',
  'Headers',
  'Log',
  'Running',
  'Step',
  'Transport',
  'Violation',
]
