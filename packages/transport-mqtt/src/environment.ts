import { Failure } from '@longshore/runtime'
import type { MqttOptions } from './options.ts'

/** The variables read; `process.env` fits. */
export type MqttEnvironment = { readonly [name: string]: string | undefined }

/**
 * Connection options from the environment.
 *
 * | variable                         | meaning                                                            |
 * | -------------------------------- | ------------------------------------------------------------------ |
 * | `MQTT_URL`                       | `mqtt://host:port` or `mqtts://host:port`. Required. It may hold user and password. |
 * | `MQTT_USERNAME`, `MQTT_PASSWORD` | Win over those of the address.                                     |
 * | `MQTT_CLIENT_ID`                 | The name sessions are kept under; one per process of a group.      |
 * | `MQTT_PROTOCOL_VERSION`          | `5`, or `3.1.1`. Default 5.                                        |
 * | `MQTT_SHARED`                    | `true`: the processes of a group share the messages.                |
 * | `MQTT_SSL_CA`, `MQTT_SSL_CERT`, `MQTT_SSL_KEY` | PEM text, for a private CA or a client certificate. |
 *
 * Fails with CONTRADICTORY_OPTIONS, which names the variable and never its value.
 */
export function mqttOptionsFromEnvironment(environment: MqttEnvironment): MqttOptions {
  const { MQTT_URL = '', MQTT_CLIENT_ID: clientId } = environment
  if (!URL.canParse(MQTT_URL)) throw refuse('MQTT_URL is not set, or no address; set it to mqtt://host:port.')
  const url = new URL(MQTT_URL)
  const username = environment.MQTT_USERNAME || decodeURIComponent(url.username)
  const password = environment.MQTT_PASSWORD || decodeURIComponent(url.password)
  url.username = ''
  url.password = ''
  return {
    url: url.href,
    protocolVersion: versionOf(environment.MQTT_PROTOCOL_VERSION),
    ...(clientId ? { clientId } : {}),
    ...(isOn(environment.MQTT_SHARED, 'MQTT_SHARED') ? { shared: true } : {}),
    ...(username ? { username } : {}),
    ...(password ? { password } : {}),
    ...tlsOf(environment),
  }
}

function versionOf(text: string | undefined): 4 | 5 {
  if (!text || text === '5' || text === '5.0') return 5
  if (text === '3.1.1' || text === '4') return 4
  throw refuse('MQTT_PROTOCOL_VERSION must be 5 or 3.1.1.')
}

function tlsOf({ MQTT_SSL_CA: ca, MQTT_SSL_CERT: cert, MQTT_SSL_KEY: key }: MqttEnvironment): Pick<MqttOptions, 'tls'> {
  if (!ca && !cert && !key) return {}
  if (Boolean(cert) !== Boolean(key)) throw refuse('MQTT_SSL_CERT and MQTT_SSL_KEY belong together.')
  return { tls: { ...(ca ? { ca } : {}), ...(cert ? { cert } : {}), ...(key ? { key } : {}) } }
}

function isOn(value: string | undefined, name: string): boolean {
  switch ((value ?? '').toLowerCase()) {
    case '':
    case '0':
    case 'false':
      return false
    case '1':
    case 'true':
      return true
    default:
      throw refuse(`${name} must be true or false.`)
  }
}

function refuse(message: string): Failure {
  return new Failure('CONTRADICTORY_OPTIONS', message)
}
