import { type KafkaConfig, logLevel, type SASLOptions } from 'kafkajs'
import type { ResolvedKafkaOptions } from './options.ts'

/** What the client is made with. It logs nothing: what matters is reported as events and failures. */
export function clientConfig({ brokers, clientId, tls, sasl }: ResolvedKafkaOptions): KafkaConfig {
  return {
    clientId,
    brokers: [...brokers],
    logLevel: logLevel.NOTHING,
    connectionTimeout: 5 * 1_000,
    retry: { retries: 2, initialRetryTime: 100, maxRetryTime: 1_000 },
    ...(tls === undefined || tls === false ? {} : { ssl: tls }),
    ...(sasl === undefined ? {} : { sasl: saslOptions(sasl) }),
  }
}

function saslOptions(sasl: NonNullable<ResolvedKafkaOptions['sasl']>): SASLOptions {
  const { mechanism } = sasl
  if (mechanism === 'oauthbearer')
    return { mechanism, oauthBearerProvider: async () => ({ value: await sasl.token() }) }
  return { mechanism, username: sasl.username, password: sasl.password }
}
