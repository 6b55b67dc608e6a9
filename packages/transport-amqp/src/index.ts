import type { Provisioned, ProvisionOptions, ProvisionRequest, Transport } from '@longshore/runtime'
import { type AmqpOptions, resolveAmqpOptions } from './options.ts'
import { provisionBroker } from './provision.ts'
import { AmqpTransport } from './transport.ts'

export { type AmqpEnvironment, amqpOptionsFromEnvironment } from './environment.ts'
export { AMQP_DEFAULTS, type AmqpOptions } from './options.ts'

/** RabbitMQ through `amqplib`. Nothing connects before the first use; close it to let the process end. */
export function amqpTransport(options: AmqpOptions): Transport {
  return new AmqpTransport(resolveAmqpOptions(options))
}

/**
 * Declares the exchanges, queues and bindings of consumers that are missing, and says which of those that are there are not as stated.
 * Alters nothing.
 */
export function provisionAmqp(
  options: AmqpOptions,
  wanted: readonly ProvisionRequest[],
  how: ProvisionOptions = {},
): Promise<readonly Provisioned[]> {
  return provisionBroker(resolveAmqpOptions(options), wanted, how)
}
