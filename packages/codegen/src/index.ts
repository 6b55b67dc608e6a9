export {
  generateAMQPConsumer,
  generateConsumerTest,
  generateEventConsumer,
  generateKafkaConsumer,
  generateMQTTConsumer,
} from './generate/generate-event-consumer.ts'
export { generatePIIMaskingUtil } from './generate/generate-pii-masking-util.ts'
export {
  type ConsumerTransport,
  GENERATE_DEFAULTS,
  type GenerateOptions,
  PROVISIONS,
  type Provision,
} from './options.ts'
export {
  type CompareOptions,
  compareOutput,
  isUpToDate,
  type OutputChanges,
  writeOutput,
} from './output/compare-output.ts'
export type { HandlerNews } from './output/handler-news.ts'
export { LOCK_FILE, type LockFile } from './output/lock-file.ts'
export { diskFolder, type OutputFolder } from './output/output-folder.ts'
export type { ChannelPlan, EventPlan } from './plan/channel-plan.ts'
export { type ConsumerFacts, consumerFacts } from './plan/consumer-facts.ts'
export type { NeededPackages } from './plan/needed-packages.ts'
export { type Plan, type PlannedFile, plan } from './plan/plan.ts'
export { channelSamples, type EventSample } from './sample/channel-samples.ts'
