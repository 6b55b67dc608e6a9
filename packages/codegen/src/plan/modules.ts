import type { ConsumerTransport, ResolvedOptions } from '../options.ts'

/** Where printed files import from. */
export interface Modules {
  /** The runtime's door. */
  readonly runtime: string
  /** checks.ts, which is printed in either mode. */
  readonly checks: string
  /** Another file of the output: `local('user-created.event')`. */
  local(file: string): string
  /** Memory transport. */
  readonly memory: string
  /** The clock turned by hand. */
  readonly clock: string
  /** The transport of a protocol; `undefined` while there is none. */
  transport(protocol: ConsumerTransport): TransportModule | undefined
}

/** What `main.ts` builds a transport with. Adding a transport is adding a record. */
export interface TransportModule {
  /** `@longshore/transport-kafka` */
  readonly package: string
  /** The door below it that chooses the client: `platformatic`. */
  readonly door: string
  readonly factory: string
  /** Reads the factory's options from the environment. */
  readonly fromEnvironment: string
  readonly from: string
}

type TransportRecord = Omit<TransportModule, 'from'>

const TRANSPORTS: { readonly [key: string]: TransportRecord } = {
  'kafka/platformatic': {
    package: '@longshore/transport-kafka',
    door: 'platformatic',
    factory: 'kafkaTransport',
    fromEnvironment: 'kafkaOptionsFromEnvironment',
  },
  'kafka/kafkajs': {
    package: '@longshore/transport-kafka',
    door: 'kafkajs',
    factory: 'kafkaTransport',
    fromEnvironment: 'kafkaOptionsFromEnvironment',
  },
}

export function modulesOf({ runtime, importExtension: extension, client }: ResolvedOptions): Modules {
  const isPackage = runtime === 'package'
  return {
    runtime: isPackage ? '@longshore/runtime' : `./support/index.${extension}`,
    checks: `./support/checks.${extension}`,
    local: (file) => `./${file}.${extension}`,
    memory: isPackage ? '@longshore/transport-memory' : `./support/testing/index.${extension}`,
    clock: isPackage ? '@longshore/testing' : `./support/testing/index.${extension}`,
    transport(protocol) {
      const record = TRANSPORTS[protocol === 'kafka' ? `kafka/${client}` : protocol]
      if (record === undefined) return undefined
      const folder = record.package.slice('@longshore/'.length)
      const from = isPackage ? `${record.package}/${record.door}` : `./support/${folder}/${record.door}.${extension}`
      return { ...record, from }
    },
  }
}
