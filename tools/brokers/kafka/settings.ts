/** The settings of a single-node Kafka for tests: small, quick to balance, nothing created by accident. */

/** Where one node listens and keeps its log. */
export interface KafkaNode {
  readonly port: number
  readonly controllerPort: number
  readonly dataDir: string
  /** More listeners for clients, protocol to port, at `localhost`: a certificate holds names. Default none. */
  readonly secured?: { readonly [protocol in SecureProtocol]?: number }
}

/** How clients of a secured listener speak to it. */
export type SecureProtocol = 'SSL' | 'SASL_PLAINTEXT' | 'SASL_SSL'

/** `server.properties`: broker and controller in one process (KRaft), loopback only. */
export function kafkaSettings(node: KafkaNode): string {
  const settings = { ...listeners(node), 'log.dirs': `${node.dataDir}/log`, ...SINGLE_NODE, ...QUICK }
  return Object.entries(settings)
    .map(([key, value]) => `${key}=${value}\n`)
    .join('')
}

function listeners({ port, controllerPort, secured = {} }: KafkaNode): Record<string, string> {
  const more = Object.entries(secured)
  return {
    'process.roles': 'broker,controller',
    'node.id': '1',
    'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
    listeners: [
      `PLAINTEXT://127.0.0.1:${port}`,
      `CONTROLLER://127.0.0.1:${controllerPort}`,
      ...more.map(([protocol, at]) => `${protocol}://127.0.0.1:${at}`),
    ].join(),
    'advertised.listeners': [
      `PLAINTEXT://127.0.0.1:${port}`,
      ...more.map(([protocol, at]) => `${protocol}://localhost:${at}`),
    ].join(),
    'controller.listener.names': 'CONTROLLER',
    'listener.security.protocol.map': [
      'CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT',
      ...more.map(([protocol]) => `${protocol}:${protocol}`),
    ].join(),
  }
}

/** Internal topics that one node can hold, with few partitions, since each costs files and start-up time. */
const SINGLE_NODE = {
  'offsets.topic.replication.factor': '1',
  'offsets.topic.num.partitions': '4',
  'transaction.state.log.replication.factor': '1',
  'transaction.state.log.min.isr': '1',
  'transaction.state.log.num.partitions': '4',
  'share.coordinator.state.topic.replication.factor': '1',
  'share.coordinator.state.topic.min.isr': '1',
  'min.insync.replicas': '1',
}

/**
 * A test names its topics itself, and a group forms at once: sessions may be as short as a second.
 * A killed broker is let in again once its old session ends, 9 s by default.
 */
const QUICK = {
  'broker.session.timeout.ms': '2000',
  'broker.heartbeat.interval.ms': '500',
  'auto.create.topics.enable': 'false',
  'delete.topic.enable': 'true',
  'group.initial.rebalance.delay.ms': '0',
  'group.min.session.timeout.ms': '1000',
  'group.consumer.min.session.timeout.ms': '1000',
  'group.consumer.min.heartbeat.interval.ms': '200',
  'controlled.shutdown.max.retries': '1',
  'log.cleaner.dedupe.buffer.size': `${4 * 1024 * 1024}`,
  'log.retention.hours': '24',
}
