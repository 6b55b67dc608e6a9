import type { Transport } from '@longshore/runtime'
import { type AmqpOptions, resolveAmqpOptions } from './options.ts'
import { AmqpTransport } from './transport.ts'

export { type AmqpEnvironment, amqpOptionsFromEnvironment } from './environment.ts'
export { AMQP_DEFAULTS, type AmqpOptions } from './options.ts'

/** RabbitMQ through `amqplib`. Nothing connects before the first use; close it to let the process end. */
export function amqpTransport(options: AmqpOptions): Transport {
  return new AmqpTransport(resolveAmqpOptions(options))
}
