import { type Assignment, type History, type Incoming, ownHeaders, type Source } from '@longshore/runtime'
import { MQTT_HEADERS } from './incoming.ts'
import type { SpoolMessage } from './spool.ts'

/** Where a delivery keeps what it takes to settle it. A symbol, so that spreading copies it. */
const HANDLE = Symbol('longshore.mqtt.handle')

interface MqttIncoming extends Incoming {
  readonly [HANDLE]: unknown
}

/** A message as the runtime wants it. Own properties only: the pipeline copies deliveries by spreading. */
export function toIncoming(
  message: SpoolMessage,
  offset: bigint,
  assignment: Assignment,
  handle: unknown,
  history: History | undefined,
): Incoming {
  const { topic, key, headers, value, timestampMs, messageId } = message
  const source: Source = { topic, partition: 0, offset }
  const incoming: MqttIncoming = {
    source: history === undefined ? source : { ...source, topic: history.origin.topic },
    key,
    headers: history === undefined ? headers : { ...ownHeaders(headers), [MQTT_HEADERS.topic]: history.origin.topic },
    body: value,
    bytes: value?.length ?? 0,
    timestampMs,
    assignment,
    [HANDLE]: handle,
  }
  if (messageId === undefined && history === undefined) return incoming
  return {
    ...incoming,
    ...(messageId === undefined ? {} : { messageId }),
    ...(history === undefined ? {} : { history }),
  }
}

/** The handle of a delivery; `undefined` for one that did not come from here. */
export function handleOf(delivery: Incoming): unknown {
  return HANDLE in delivery ? (delivery as MqttIncoming)[HANDLE] : undefined
}
