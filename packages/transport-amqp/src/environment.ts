import { Failure } from '@longshore/runtime'
import type { AmqpOptions } from './options.ts'

/** The variables read; `process.env` fits. */
export type AmqpEnvironment = { readonly [name: string]: string | undefined }

/**
 * Connection options from the environment.
 *
 * | variable                         | meaning                                                                         |
 * | -------------------------------- | ------------------------------------------------------------------------------- |
 * | `AMQP_URL`                       | `amqp://host:port/vhost`, `amqps://` for TLS. Required.                         |
 * | `AMQP_USERNAME`, `AMQP_PASSWORD` | Credentials apart from the URL.                                                 |
 * | `AMQP_CLIENT_ID`                 | Name shown in the broker's list of connections.                                 |
 * | `AMQP_SSL_CA`, `AMQP_SSL_CERT`, `AMQP_SSL_KEY` | PEM text of a private CA, and of a client certificate for mTLS.   |
 * | `AMQP_MECHANISM`                 | `PLAIN` or `EXTERNAL`, in any case.                                             |
 *
 * Fails with CONTRADICTORY_OPTIONS, which names the variable and never its value.
 */
export function amqpOptionsFromEnvironment(environment: AmqpEnvironment): AmqpOptions {
  const { AMQP_URL: url, AMQP_CLIENT_ID: clientId } = environment
  if (!url) throw refuse('AMQP_URL is not set; name the broker as amqp://host:port/vhost.')
  return {
    url,
    ...(clientId ? { clientId } : {}),
    ...credentialsOf(environment),
    ...tlsOf(environment),
    ...mechanismOf(environment),
  }
}

function credentialsOf({
  AMQP_USERNAME: username,
  AMQP_PASSWORD: password,
}: AmqpEnvironment): Pick<AmqpOptions, 'username' | 'password'> {
  if (Boolean(username) !== Boolean(password)) throw refuse('AMQP_USERNAME and AMQP_PASSWORD are only of use together.')
  return username && password ? { username, password } : {}
}

function tlsOf({ AMQP_SSL_CA: ca, AMQP_SSL_CERT: cert, AMQP_SSL_KEY: key }: AmqpEnvironment): Pick<AmqpOptions, 'tls'> {
  if (Boolean(cert) !== Boolean(key)) throw refuse('AMQP_SSL_CERT and AMQP_SSL_KEY are only of use together.')
  return ca || cert ? { tls: { ...(ca ? { ca } : {}), ...(cert && key ? { cert, key } : {}) } } : {}
}

function mechanismOf({ AMQP_MECHANISM: given }: AmqpEnvironment): Pick<AmqpOptions, 'mechanism'> {
  const mechanism = given?.toUpperCase()
  if (!mechanism) return {}
  if (mechanism === 'PLAIN' || mechanism === 'EXTERNAL') return { mechanism }
  throw refuse('AMQP_MECHANISM must be PLAIN or EXTERNAL.')
}

function refuse(message: string): Failure {
  return new Failure('CONTRADICTORY_OPTIONS', message)
}
