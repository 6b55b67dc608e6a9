import type { Provisioned, ProvisionOptions, ProvisionRequest, Transport } from '@longshore/runtime'
import { type KafkaOptions, resolveKafkaOptions } from './options.ts'
import { PlatformaticDriver } from './platformatic-driver.ts'
import { provisionKafkaTopics } from './provision-report.ts'
import { KafkaTransport } from './transport.ts'

export { type KafkaEnvironment, kafkaOptionsFromEnvironment } from './environment.ts'
export { KAFKA_DEFAULTS, type KafkaOptions, type KafkaSasl } from './options.ts'

/** Kafka through `@platformatic/kafka`. Nothing connects before the first use; close it to let the process end. */
export function kafkaTransport(options: KafkaOptions): Transport {
  const resolved = resolveKafkaOptions(options)
  return new KafkaTransport(new PlatformaticDriver(resolved), resolved)
}

/**
 * Creates the topics, DLQs and retry lanes of consumers and producers that are missing, and says which of those that are there are not
 * as stated. Alters nothing. Fails with BROKER_REFUSED when one may not be created.
 */
export async function provisionKafka(
  options: KafkaOptions,
  wanted: readonly ProvisionRequest[],
  how: ProvisionOptions = {},
): Promise<readonly Provisioned[]> {
  const resolved = resolveKafkaOptions(options)
  const driver = new PlatformaticDriver(resolved)
  try {
    return await provisionKafkaTopics(driver, wanted, resolved, how)
  } finally {
    await driver.close()
  }
}
