import type { Transport } from '@longshore/runtime'
import { type MqttOptions, resolveMqttOptions } from './options.ts'
import { MqttTransport } from './transport.ts'

export { type MqttEnvironment, mqttOptionsFromEnvironment } from './environment.ts'
export { memorySpool } from './memory-spool.ts'
export { MQTT_DEFAULTS, type MqttOptions, type MqttTls, type MqttWill } from './options.ts'
export type {
  MqttSpool,
  SpoolLetter,
  SpoolLoad,
  SpoolMessage,
  SpoolPlace,
  SpoolRole,
  SpoolRow,
  SpoolStanding,
} from './spool.ts'
export { filterOf, type TopicParameters, topicParameters } from './topic-filter.ts'

/** MQTT through MQTT.js. Nothing connects before the first use; close it to let the process end. */
export function mqttTransport(options: MqttOptions): Transport {
  return new MqttTransport(resolveMqttOptions(options))
}
