import type { TransportName } from '../manifest.ts'

/** What a protocol as written in a document stands for. */
export interface Protocol {
  readonly transport: TransportName
  /** The protocol's name asks for TLS. */
  readonly tls: boolean
}

/** Protocol and binding names, lower case, with the transport each is a spelling of. */
const SPELLINGS: { readonly [transport: string]: string } = {
  kafka: 'kafka kafka-secure kafka-ssl kafka-tls kafka+ssl kafka-sasl apache-kafka',
  amqp: 'amqp amqps amqp-secure amqp091 amqp-0-9-1 amqp0-9-1 rabbitmq rabbit',
  amqp1: 'amqp1 amqps1 amqp10 amqp-1.0 amqp1.0',
  servicebus: 'servicebus azureservicebus azure-service-bus',
  mqtt: 'mqtt mqtts mqtt5 mqtts5 mqtt3 mqtt-tls secure-mqtt mqtt-secure mqtt-ws mqtt-wss mqtt+ssl',
  nats: 'nats nats-tls jetstream',
  redis: 'redis rediss',
  sns: 'sns aws-sns',
  sqs: 'sqs aws-sqs',
  pulsar: 'pulsar pulsar+ssl',
  googlepubsub: 'googlepubsub gcloud-pubsub google-pubsub gcp-pubsub pubsub',
  jms: 'jms',
  solace: 'solace smf smfs',
  ibmmq: 'ibmmq ibmmq-secure',
  stomp: 'stomp stomps',
  ws: 'ws wss websocket websockets secure-websocket socket.io socketio',
  http: 'http https sse server-sent-events',
  anypointmq: 'anypointmq',
  mercure: 'mercure',
  ros2: 'ros2',
  eventbridge: 'eventbridge aws-eventbridge',
  eventhubs: 'eventhubs eventhub azure-event-hubs',
  kinesis: 'kinesis aws-kinesis',
  zeromq: 'zeromq zmq',
}

/** Spellings that say that the connection is encrypted. */
const ENCRYPTED = new Set(
  'kafka-secure kafka-ssl kafka-tls kafka+ssl amqps amqp-secure amqps1 mqtts mqtts5 mqtt-tls secure-mqtt mqtt-secure mqtt-wss mqtt+ssl nats-tls rediss pulsar+ssl smfs ibmmq-secure stomps wss secure-websocket https'.split(
    ' ',
  ),
)

const PROTOCOLS: ReadonlyMap<string, Protocol> = new Map(
  Object.entries(SPELLINGS).flatMap(([transport, spellings]) =>
    spellings.split(' ').map((spelling) => [spelling, { transport, tls: ENCRYPTED.has(spelling) }] as const),
  ),
)

/** The transport a protocol or binding name stands for; `undefined` for a name that names none, such as `tcp`. */
export function protocolOf(name: string): Protocol | undefined {
  return PROTOCOLS.get(name.trim().toLowerCase())
}

/** Ports that one transport has registered or uses by default, for servers whose protocol names none. */
const PORTS: ReadonlyMap<number, Protocol> = new Map([
  [9092, { transport: 'kafka', tls: false }],
  [9093, { transport: 'kafka', tls: true }],
  [5672, { transport: 'amqp', tls: false }],
  [5671, { transport: 'amqp', tls: true }],
  [1883, { transport: 'mqtt', tls: false }],
  [8883, { transport: 'mqtt', tls: true }],
  [4222, { transport: 'nats', tls: false }],
  [6379, { transport: 'redis', tls: false }],
  [6650, { transport: 'pulsar', tls: false }],
  [6651, { transport: 'pulsar', tls: true }],
  [61613, { transport: 'stomp', tls: false }],
  [55555, { transport: 'solace', tls: false }],
  [1414, { transport: 'ibmmq', tls: false }],
])

/** The transport whose port a host ends in: `localhost:4222`. */
export function protocolOfPort(host: string): Protocol | undefined {
  const port = /:(\d{2,5})(?:\/|$)/.exec(host)?.[1]
  return port === undefined ? undefined : PORTS.get(Number(port))
}
