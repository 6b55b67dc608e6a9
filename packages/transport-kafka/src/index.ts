export { type KafkaEnvironment, kafkaOptionsFromEnvironment } from './environment.ts'
export { KAFKA_DEFAULTS, type KafkaOptions, type KafkaSasl } from './options.ts'
