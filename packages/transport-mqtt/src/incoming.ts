import type { Headers } from '@longshore/runtime'
import type { Received } from './link.ts'
import type { ResolvedMqttOptions } from './options.ts'
import type { SpoolMessage } from './spool.ts'
import { fromUserProperties } from './user-properties.ts'

/** Headers a message gets here, beside its user properties. */
export const MQTT_HEADERS = Object.freeze({
  /** The concrete topic: what `topicParameters` reads. */
  topic: 'x-mqtt-topic',
  contentType: 'content-type',
  responseTopic: 'x-mqtt-response-topic',
  /** Base64: the standard calls it binary. */
  correlationData: 'x-mqtt-correlation-data',
})

type Naming = Pick<ResolvedMqttOptions, 'keyProperty' | 'messageIdProperties' | 'clock'>

/** A PUBLISH as the runtime wants it. Nothing is decoded; MQTT knows no time, so it is that of arrival. */
export function readMessage({ topic, payload, properties }: Received, naming: Naming): SpoolMessage {
  const headers = headersOf(topic, properties)
  const messageId = naming.messageIdProperties.map((name) => headers[name]).find((id) => id !== undefined && id !== '')
  return {
    topic,
    key: keyOf(headers[naming.keyProperty], topic),
    headers,
    value: payload.length === 0 ? null : payload,
    timestampMs: naming.clock.now(),
    ...(messageId === undefined ? {} : { messageId }),
  }
}

/** A device that says nothing of keys has its topic in order; whoever publishes here without a key says so, by an empty one. */
function keyOf(property: string | undefined, topic: string): string | null {
  return property === '' ? null : (property ?? topic)
}

function headersOf(topic: string, properties: Received['properties']): Headers {
  if (properties === undefined) return { [MQTT_HEADERS.topic]: topic }
  const { userProperties = {}, contentType, responseTopic, correlationData } = properties
  return {
    ...fromUserProperties(userProperties),
    ...(contentType === undefined ? {} : { [MQTT_HEADERS.contentType]: contentType }),
    ...(responseTopic === undefined ? {} : { [MQTT_HEADERS.responseTopic]: responseTopic }),
    ...(correlationData === undefined ? {} : { [MQTT_HEADERS.correlationData]: correlationData.toString('base64') }),
    [MQTT_HEADERS.topic]: topic,
  }
}
