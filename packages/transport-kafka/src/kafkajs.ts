import { Failure, type Transport } from '@longshore/runtime'
import { KafkajsDriver } from './kafkajs-driver.ts'
import { type KafkaOptions, resolveKafkaOptions } from './options.ts'
import { KafkaTransport } from './transport.ts'

export { type KafkaEnvironment, kafkaOptionsFromEnvironment } from './environment.ts'
export { KAFKA_DEFAULTS, type KafkaOptions, type KafkaSasl } from './options.ts'

/** Kafka through kafkajs. Nothing connects before the first use; close it to let the process end. */
export function kafkaTransport(options: KafkaOptions): Transport {
  const resolved = resolveKafkaOptions(options)
  const { compression } = resolved
  if (compression !== 'none' && compression !== 'gzip')
    throw new Failure(
      'CONTRADICTORY_OPTIONS',
      `kafkajs cannot compress with ${compression}; set compression to 'gzip'.`,
    )
  return new KafkaTransport(new KafkajsDriver(resolved), resolved)
}
