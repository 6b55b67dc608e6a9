import type { Diagnostic } from '@longshore/contract'
import type { Manifest } from '@longshore/manifest'
import type { ConsumerTransport, ResolvedOptions } from '../options.ts'
import type { TransportOf } from './channel-plan.ts'

export interface ChosenChannels {
  readonly manifests: readonly Manifest[]
  readonly transportOf: TransportOf
  /** One per channel that was left out for want of a transport. */
  readonly diagnostics: readonly Diagnostic[]
}

const TRANSPORTS: readonly string[] = ['kafka', 'amqp', 'mqtt'] satisfies ConsumerTransport[]

/** Decides which events get a consumer, and on which transport. */
export function chooseChannels(manifests: readonly Manifest[], options: ResolvedOptions): ChosenChannels {
  const received = manifests.filter(({ channel }) => channel.actions.includes('receive'))
  const wanted = options.channels === 'all' || received.length === 0 ? manifests : received
  const transportOf: TransportOf = ({ delivery }) => {
    const { transport } = delivery.contract
    return isConsumerTransport(transport) ? transport : transport === 'unknown' ? options.transport : undefined
  }
  const unprinted = wanted.filter((manifest) => transportOf(manifest) === undefined)
  const byChannel = new Map(unprinted.map((manifest) => [manifest.channel.name, manifest]))
  return { manifests: wanted, transportOf, diagnostics: [...byChannel.values()].map(withoutTransport) }
}

function isConsumerTransport(name: string): name is ConsumerTransport {
  return TRANSPORTS.includes(name)
}

function withoutTransport({ channel, delivery, metadata }: Manifest): Diagnostic {
  const { transport } = delivery.contract
  const isUnknown = transport === 'unknown'
  return {
    code: isUnknown ? 'unknown_transport' : 'unsupported_transport',
    severity: 'warn',
    message: isUnknown
      ? `The transport of channel ${channel.name} is unknown, so no consumer is printed for it.`
      : `Channel ${channel.name} is on ${transport}, for which no consumer can be printed.`,
    fix: isUnknown
      ? 'Name it with --transport kafka, amqp or mqtt, or add a server protocol or a binding to the contract.'
      : 'Print consumers for channels on Kafka, AMQP or MQTT.',
    at: { file: metadata.source_file, line: 1, column: 1, pointer: metadata.pointer },
  }
}
