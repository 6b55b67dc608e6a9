import { Failure } from '@longshore/runtime'
import type { KafkaOptions, KafkaSasl } from './options.ts'

/** The variables read; `process.env` fits. */
export type KafkaEnvironment = { readonly [name: string]: string | undefined }

/**
 * Connection options from the environment.
 *
 * | variable               | meaning                                                                             |
 * | ---------------------- | ----------------------------------------------------------------------------------- |
 * | `KAFKA_BROKERS`        | `host:port`, several with commas. Required.                                         |
 * | `KAFKA_CLIENT_ID`      | Name shown in the broker's logs.                                                    |
 * | `KAFKA_GROUP_PROTOCOL` | `classic` or `consumer` (KIP-848), the latter not through kafkajs. Default `classic`. |
 * | `KAFKA_SSL`            | `true` for TLS with the system's certificates.                                      |
 * | `KAFKA_SSL_CA`, `KAFKA_SSL_CERT`, `KAFKA_SSL_KEY` | PEM text of a private CA, and of a client certificate for mTLS; imply TLS. |
 * | `KAFKA_SASL_MECHANISM` | `plain`, `scram-sha-256`, `scram-sha-512` or `oauthbearer`, in any case. Default `plain` once a user is named. |
 * | `KAFKA_USERNAME`, `KAFKA_PASSWORD` | For the first three mechanisms.                                         |
 * | `KAFKA_OAUTH_TOKEN`    | For `oauthbearer`.                                                                  |
 *
 * Fails with CONTRADICTORY_OPTIONS, which names the variable and never its value.
 */
export function kafkaOptionsFromEnvironment(environment: KafkaEnvironment): KafkaOptions {
  const brokers = (environment.KAFKA_BROKERS ?? '').split(',').map((broker) => broker.trim())
  const named = brokers.filter((broker) => broker !== '')
  if (named.length === 0) throw refuse('KAFKA_BROKERS is not set; name at least one broker as host:port.')
  const sasl = saslOf(environment)
  return {
    brokers: named,
    ...(environment.KAFKA_CLIENT_ID ? { clientId: environment.KAFKA_CLIENT_ID } : {}),
    ...groupProtocolOf(environment),
    ...tlsOf(environment),
    ...(sasl === undefined ? {} : { sasl }),
  }
}

function groupProtocolOf({ KAFKA_GROUP_PROTOCOL: name }: KafkaEnvironment): Pick<KafkaOptions, 'groupProtocol'> {
  const groupProtocol = (name ?? '').toLowerCase()
  if (groupProtocol === '') return {}
  if (groupProtocol === 'classic' || groupProtocol === 'consumer') return { groupProtocol }
  throw refuse('KAFKA_GROUP_PROTOCOL must be classic or consumer.')
}

function saslOf(environment: KafkaEnvironment): KafkaSasl | undefined {
  const { KAFKA_USERNAME: username, KAFKA_PASSWORD: password, KAFKA_OAUTH_TOKEN: token } = environment
  const mechanism = (environment.KAFKA_SASL_MECHANISM || (username ? 'plain' : '')).toLowerCase()
  switch (mechanism) {
    case '':
      return undefined
    case 'plain':
    case 'scram-sha-256':
    case 'scram-sha-512':
      if (!username || !password) throw refuse(`KAFKA_USERNAME and KAFKA_PASSWORD are both needed for ${mechanism}.`)
      return { mechanism, username, password }
    case 'oauthbearer':
      if (!token) throw refuse('KAFKA_OAUTH_TOKEN is needed for oauthbearer.')
      return { mechanism, token: () => token }
    default:
      throw refuse('KAFKA_SASL_MECHANISM must be plain, scram-sha-256, scram-sha-512 or oauthbearer.')
  }
}

function tlsOf(environment: KafkaEnvironment): Pick<KafkaOptions, 'tls'> {
  const { KAFKA_SSL_CA: ca, KAFKA_SSL_CERT: cert, KAFKA_SSL_KEY: key } = environment
  if (Boolean(cert) !== Boolean(key)) throw refuse('KAFKA_SSL_CERT and KAFKA_SSL_KEY are only of use together.')
  if (ca || cert) return { tls: { ...(ca ? { ca } : {}), ...(cert && key ? { cert, key } : {}) } }
  return isOn(environment.KAFKA_SSL, 'KAFKA_SSL') ? { tls: true } : {}
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
