import type { ChannelPlan } from '../plan/channel-plan.ts'
import type { Modules } from '../plan/modules.ts'
import type { ProducerPlan } from '../plan/producer-plan.ts'
import { type Doc, group, hardline, indent, layout, line, list } from '../print/layout.ts'
import { SourceFile } from '../print/source-file.ts'
import { GENERATED_HEADER } from './header.ts'

/** What the module is handed, and injects: a transport for each protocol, and the store where there is one. */
interface Provision {
  /** `transport`, `kafka`, `store` */
  readonly name: string
  readonly token: string
  readonly type: string
}

/**
 * The Nest module: tokens for what consumers run on, a provider for each consumer and producer, and their start and stop with the
 * application.
 */
export function printNestModule(
  channels: readonly ChannelPlan[],
  producers: readonly ProducerPlan[],
  modules: Modules,
): string {
  const file = new SourceFile(GENERATED_HEADER)
  const nest = modules.nest ?? '@nestjs/common'
  for (const value of ['Inject', 'Module']) file.value(value, nest)
  for (const type of ['DynamicModule', 'ModuleMetadata', 'OnModuleDestroy', 'OnModuleInit']) file.type(type, nest)
  for (const { name, file: stem } of channels) {
    file.value(`${name}Consumer`, modules.local(`${stem}.consumer`))
    file.value(`${name}Handler`, modules.local(`${stem}.handler`))
  }
  for (const { event } of producers) file.value(`${event.type}Producer`, modules.local(`${event.file}.producer`))
  const provisions = [
    ...transportProvisions([...channels, ...producers], modules, file),
    ...storeProvision(modules, file),
  ]
  file.add(tokens(provisions), options(provisions), RUNNABLE, moduleClass(channels, producers, provisions))
  return file.toString()
}

/** The name a transport goes by in the module's options and in `main.ts`. */
export function transportName(protocol: string, protocols: number): string {
  return protocols === 1 ? 'transport' : protocol
}

function transportProvisions(
  channels: readonly Pick<ChannelPlan, 'transport'>[],
  { runtime }: Modules,
  file: SourceFile,
): readonly Provision[] {
  const protocols = [...new Set(channels.map(({ transport }) => transport))]
  const type = file.type('Transport', runtime)
  return protocols.map((protocol) => ({
    name: transportName(protocol, protocols.length),
    token: protocols.length === 1 ? 'TRANSPORT' : `${protocol.toUpperCase()}_TRANSPORT`,
    type,
  }))
}

function storeProvision({ postgres, runtime }: Modules, file: SourceFile): readonly Provision[] {
  if (postgres === undefined) return []
  const type = `${file.type('Store', runtime)}<${file.type('Transaction', postgres.database)}>`
  return [{ name: 'store', token: 'STORE', type }]
}

function tokens(provisions: readonly Provision[]): string {
  const lines = provisions.map(({ token }) => `export const ${token} = Symbol('${token}')`)
  return ['/** Tokens to inject what the consumers run on. */', ...lines, `const CONSUMERS = Symbol('CONSUMERS')`].join(
    '\n',
  )
}

function options(provisions: readonly Provision[]): string {
  return [
    'export interface ConsumersModuleOptions {',
    ...provisions.map(({ name, type }) => `  readonly ${name}: ${type}`),
    '  /** Modules that export what the handlers inject. */',
    `  readonly imports?: NonNullable<ModuleMetadata['imports']>`,
    '}',
  ].join('\n')
}

const RUNNABLE = `interface Runnable {
  start(): Promise<void>
  stop(): Promise<void>
}`

function moduleClass(
  channels: readonly ChannelPlan[],
  producers: readonly ProducerPlan[],
  provisions: readonly Provision[],
): string {
  const consumers = channels.map(({ name }) => `${name}Consumer`)
  const all: Doc = [
    '{',
    indent(
      hardline,
      'provide: CONSUMERS,',
      hardline,
      'inject: ',
      list('[', consumers, ']'),
      ',',
      hardline,
      'useFactory: (...consumers: readonly Runnable[]) => consumers,',
    ),
    hardline,
    '}',
  ]
  const providers = [
    ...channels.flatMap((channel) => [`${channel.name}Handler`, provider(channel, provisions)]),
    ...producers.map((producer) => producerProvider(producer, provisions)),
    all,
  ]
  const exported = [...consumers, ...producers.map(({ event }) => `${event.type}Producer`)]
  const metadata: Doc = [
    '@Module({',
    indent(
      [hardline, 'providers: [', indent(providers.map((entry) => [hardline, entry, ','])), hardline, '],'],
      [hardline, 'exports: ', list('[', exported, ']'), ','],
    ),
    hardline,
    '})',
  ]
  return [
    '/** Starts the consumers with the application, and stops them with it. Whoever made the transport closes it. */',
    layout(metadata),
    classBody(provisions),
  ].join('\n')
}

/** What a handler injects to send: it has the transport of its protocol. */
function producerProvider(
  { event: { type }, transport: protocol }: ProducerPlan,
  provisions: readonly Provision[],
): Doc {
  const transport = transportOf(protocol, provisions)
  const factory: Doc = [
    list('useFactory: (', [`transport: ${transport?.type ?? 'Transport'}`], ') =>'),
    group(indent(line, `new ${type}Producer({ transport })`)),
  ]
  return [
    '{',
    indent(
      [hardline, `provide: ${type}Producer,`],
      [hardline, 'inject: ', list('[', [transport?.token ?? 'TRANSPORT'], ']'), ','],
      [hardline, group(factory), ','],
    ),
    hardline,
    '}',
  ]
}

function transportOf(protocol: string, provisions: readonly Provision[]): Provision | undefined {
  const [only] = provisions
  return provisions.find(({ name }) => name === protocol) ?? only
}

function provider({ name, transport: protocol }: ChannelPlan, provisions: readonly Provision[]): Doc {
  const transport = transportOf(protocol, provisions)
  const used = provisions.filter((provision) => provision === transport || provision.name === 'store')
  const injected = [...used.map(({ token }) => token), `${name}Handler`]
  const parameters = used.map((provision) =>
    provision === transport ? `transport: ${provision.type}` : `${provision.name}: ${provision.type}`,
  )
  const given = [
    'transport',
    ...used.filter((provision) => provision !== transport).map((other) => other.name),
    'handle',
  ]
  const factory: Doc = [
    list('useFactory: (', [...parameters, `{ handle }: ${name}Handler`], ') =>'),
    group(indent(line, `new ${name}Consumer(`, list('{', given, '}', line), ')')),
  ]
  return [
    '{',
    indent(
      [hardline, `provide: ${name}Consumer,`],
      [hardline, 'inject: ', list('[', injected, ']'), ','],
      [hardline, group(factory), ','],
    ),
    hardline,
    '}',
  ]
}

function classBody(provisions: readonly Provision[]): string {
  const names = [...provisions.map(({ name }) => name), 'imports = []']
  return `export class ConsumersModule implements OnModuleInit, OnModuleDestroy {
  readonly #consumers: readonly Runnable[]

  static register({ ${names.join(', ')} }: ConsumersModuleOptions): DynamicModule {
    return {
      module: ConsumersModule,
      imports,
      providers: [
${provisions.map(({ name, token }) => `        { provide: ${token}, useValue: ${name} },`).join('\n')}
      ],
    }
  }

  constructor(@Inject(CONSUMERS) consumers: readonly Runnable[]) {
    this.#consumers = consumers
  }

  async onModuleInit(): Promise<void> {
    await Promise.all(this.#consumers.map((consumer) => consumer.start()))
  }

  async onModuleDestroy(): Promise<void> {
    await Promise.all(this.#consumers.map((consumer) => consumer.stop()))
  }
}`
}
