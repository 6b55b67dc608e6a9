import type { Transport } from '@longshore/runtime'
import { type KafkaOptions, resolveKafkaOptions } from './options.ts'
import { PlatformaticDriver } from './platformatic-driver.ts'
import { KafkaTransport } from './transport.ts'

export { type KafkaEnvironment, kafkaOptionsFromEnvironment } from './environment.ts'
export { KAFKA_DEFAULTS, type KafkaOptions, type KafkaSasl } from './options.ts'

/** Kafka through `@platformatic/kafka`. Nothing connects before the first use; close it to let the process end. */
export function kafkaTransport(options: KafkaOptions): Transport {
  const resolved = resolveKafkaOptions(options)
  return new KafkaTransport(new PlatformaticDriver(resolved), resolved)
}
