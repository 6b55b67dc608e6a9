import { type KafkaOptions, type ResolvedKafkaOptions, resolveKafkaOptions } from '../src/options.ts'

/** Where the tests find a real Kafka. */
export const BROKERS = (process.env.KAFKA_BROKERS ?? '127.0.0.1:9092').split(',')

/** Quick to commit and to notice, so that tests need not wait. */
export function optionsForTests(given: Partial<KafkaOptions> = {}): ResolvedKafkaOptions {
  return resolveKafkaOptions({ brokers: BROKERS, commitIntervalMs: 20, fetchWaitMs: 100, ...given })
}
