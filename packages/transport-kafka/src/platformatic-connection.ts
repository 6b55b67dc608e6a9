import type { BaseOptions } from '@platformatic/kafka'
import type { ResolvedKafkaOptions } from './options.ts'

/**
 * What every client of this driver is made with. Nothing is retried inside: reconnecting, and saying so, is done above, and a commit
 * that the client repeats by itself after rejoining would commit for partitions that are not ours any more.
 */
export function connectionOptions(options: ResolvedKafkaOptions): BaseOptions {
  const { brokers, clientId, tls, sasl, metadataMaxAgeMs } = options
  return {
    clientId,
    bootstrapBrokers: [...brokers],
    retries: 0,
    metadataMaxAge: metadataMaxAgeMs,
    ...(tls === undefined || tls === false ? {} : { tls: tls === true ? {} : tls }),
    ...(sasl === undefined ? {} : { sasl: saslOptions(sasl) }),
  }
}

function saslOptions(sasl: NonNullable<ResolvedKafkaOptions['sasl']>): NonNullable<BaseOptions['sasl']> {
  switch (sasl.mechanism) {
    case 'oauthbearer':
      return { mechanism: 'OAUTHBEARER', token: sasl.token }
    case 'plain':
      return { mechanism: 'PLAIN', username: sasl.username, password: sasl.password }
    case 'scram-sha-256':
      return { mechanism: 'SCRAM-SHA-256', username: sasl.username, password: sasl.password }
    case 'scram-sha-512':
      return { mechanism: 'SCRAM-SHA-512', username: sasl.username, password: sasl.password }
  }
}
