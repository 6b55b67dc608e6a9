/** Real brokers for tests: which ones are there, and own ones to stop, kill and restart. */
export { BROKERS, type Broker, type BrokerName } from './brokers.ts'
export { type Certificates, type KeyPair, makeCertificates } from './certificates.ts'
export { startKafka } from './kafka/start.ts'
export { look, lookAt, type Sighting } from './look.ts'
export { startMosquitto } from './mosquitto/start.ts'
export { freePort, type OwnBroker, type OwnBrokerOptions } from './own-broker.ts'
export { startPostgres } from './postgres/start.ts'
export { rabbitmqctl, startRabbitmq } from './rabbitmq/start.ts'
