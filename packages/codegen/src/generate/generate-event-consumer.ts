import type { Manifest } from '@longshore/manifest'
import { printConsumer } from '../artefacts/consumer.ts'
import { printConsumerTest } from '../artefacts/consumer-test.ts'
import { type ConsumerTransport, type GenerateOptions, type ResolvedOptions, resolveOptions } from '../options.ts'
import { type ChannelPlan, planChannels } from '../plan/channel-plan.ts'
import { chooseChannels } from '../plan/choose-channels.ts'
import { modulesOf } from '../plan/modules.ts'

/**
 * The text of one event's consumer, on the transport its manifest names. The files it imports are printed by `plan`, which also
 * knows the other messages of the channel.
 *
 * @throws TypeError when the transport is unknown and `options.transport` does not name it, or when none can be printed for it.
 */
export function generateEventConsumer(manifest: Manifest, options: GenerateOptions = {}): string {
  const resolved = resolveOptions(options)
  return printConsumer(channelOf(manifest, resolved), modulesOf(resolved))
}

/** {@link generateEventConsumer} on Kafka, whatever the manifest says. */
export function generateKafkaConsumer(manifest: Manifest, options: GenerateOptions = {}): string {
  return generateEventConsumer(onTransport(manifest, 'kafka'), options)
}

/** {@link generateEventConsumer} on RabbitMQ, whatever the manifest says. */
export function generateAMQPConsumer(manifest: Manifest, options: GenerateOptions = {}): string {
  return generateEventConsumer(onTransport(manifest, 'amqp'), options)
}

/** {@link generateEventConsumer} on MQTT, whatever the manifest says. */
export function generateMQTTConsumer(manifest: Manifest, options: GenerateOptions = {}): string {
  return generateEventConsumer(onTransport(manifest, 'mqtt'), options)
}

/** The text of the tests of one event's consumer. */
export function generateConsumerTest(manifest: Manifest, options: GenerateOptions = {}): string {
  const resolved = resolveOptions(options)
  const runner = resolved.tests === 'none' ? 'vitest' : resolved.tests
  return printConsumerTest(channelOf(manifest, resolved), modulesOf(resolved), runner)
}

function channelOf(manifest: Manifest, options: ResolvedOptions): ChannelPlan {
  const { transportOf, diagnostics } = chooseChannels([manifest], options)
  const [channel] = planChannels([manifest], transportOf, options)
  if (channel !== undefined) return channel
  throw new TypeError(diagnostics.map(({ message, fix }) => `${message} ${fix}`).join('\n'))
}

function onTransport(manifest: Manifest, transport: ConsumerTransport): Manifest {
  return { ...manifest, delivery: { contract: { ...manifest.delivery.contract, transport } } }
}
