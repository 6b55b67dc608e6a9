import {
  Failure,
  type Provisioned,
  type ProvisionOptions,
  type ProvisionRequest,
  type Transport,
} from '@longshore/runtime'
import { KafkajsDriver } from './kafkajs-driver.ts'
import { type KafkaOptions, resolveKafkaOptions } from './options.ts'
import { provisionKafkaTopics } from './provision-report.ts'
import { KafkaTransport } from './transport.ts'

export { type KafkaEnvironment, kafkaOptionsFromEnvironment } from './environment.ts'
export { KAFKA_DEFAULTS, type KafkaOptions, type KafkaSasl } from './options.ts'

/** Kafka through kafkajs. Nothing connects before the first use; close it to let the process end. */
export function kafkaTransport(options: KafkaOptions): Transport {
  const resolved = resolveKafkaOptions(options)
  const { compression, groupProtocol } = resolved
  if (groupProtocol === 'consumer')
    throw new Failure(
      'CONTRADICTORY_OPTIONS',
      "kafkajs does not know the consumer group protocol; set groupProtocol to 'classic', or take the platformatic client.",
    )
  if (compression !== 'none' && compression !== 'gzip')
    throw new Failure(
      'CONTRADICTORY_OPTIONS',
      `kafkajs cannot compress with ${compression}; set compression to 'gzip'.`,
    )
  return new KafkaTransport(new KafkajsDriver(resolved), resolved)
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
  const driver = new KafkajsDriver(resolved)
  try {
    return await provisionKafkaTopics(driver, wanted, resolved, how)
  } finally {
    await driver.close()
  }
}
