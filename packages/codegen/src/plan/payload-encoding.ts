import type { Diagnostic } from '@longshore/contract'
import type { ChannelPlan } from './channel-plan.ts'
import type { ProducerPlan } from './producer-plan.ts'

/** How the payloads of a channel travel where that is not JSON text, as people call it. */
export function binaryEncoding({ events }: Pick<ChannelPlan, 'events'>): 'Avro' | 'Protobuf' | undefined {
  const formats = new Set(events.map(({ manifest }) => manifest.schema.format))
  return formats.has('avro') ? 'Avro' : formats.has('protobuf') ? 'Protobuf' : undefined
}

/** One warning for each channel whose decoder is to be written. */
export function missingDecoders(channels: readonly ChannelPlan[]): readonly Diagnostic[] {
  return channels.flatMap((channel): readonly Diagnostic[] => {
    const encoding = binaryEncoding(channel)
    if (encoding === undefined) return []
    const { channel: address, metadata, schema } = channel.events[0].manifest
    const types = schema.payload === undefined ? ' Its types are unknown, for the schema cannot be read here.' : ''
    return [
      {
        code: 'decoder_to_write',
        severity: 'warn',
        message: `The payload of channel ${address.name} is ${encoding}; the printed decoder reads JSON.${types}`,
        fix: `Decode ${encoding} in ${channel.file}.decoder.ts, which is yours.`,
        at: { file: metadata.source_file, line: 1, column: 1, pointer: metadata.pointer },
      },
    ]
  })
}

/** One warning for each event whose encoder is to be written. */
export function missingEncoders(producers: readonly ProducerPlan[]): readonly Diagnostic[] {
  return producers.flatMap(({ event }): readonly Diagnostic[] => {
    const encoding = binaryEncoding({ events: [event] })
    if (encoding === undefined) return []
    const { metadata } = event.manifest
    return [
      {
        code: 'encoder_to_write',
        severity: 'warn',
        message: `The event ${event.name} is ${encoding}; the printed encoder writes JSON.`,
        fix: `Encode ${encoding} in ${event.file}.encoder.ts, which is yours.`,
        at: { file: metadata.source_file, line: 1, column: 1, pointer: metadata.pointer },
      },
    ]
  })
}
