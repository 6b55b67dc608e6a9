import { declarationsNoted, startRabbitmq } from '@longshore/brokers'
import { amqpTransport } from '@longshore/transport-amqp'
import { type ChaosTransport, owned } from './transport.ts'

/**
 * RabbitMQ: messages go through an exchange to the group's queue. One consumer at a time is active on it, because only so the order of a
 * key is promised. The broker is always the run's own.
 */
export const amqp: ChaosTransport = {
  async startBroker() {
    const rabbitmq = await startRabbitmq()
    return owned(rabbitmq, () => declarationsNoted(rabbitmq))
  },
  // A frozen consumer is given up after 2 s, and an unconfirmed batch is repeated after 10.
  open: ({ url }) => Promise.resolve(amqpTransport({ url, heartbeatSeconds: 1, publishTimeoutMs: 10 * 1_000 })),
  bindings: ({ topic, competing }) => ({
    amqp: { exchange: { name: exchangeOf(topic), type: 'topic' }, singleActiveConsumer: !competing },
  }),
  address: (topic) => ({ topic, exchange: exchangeOf(topic) }),
  order: ({ competing }) => (competing ? 'none' : 'key'),
}

function exchangeOf(topic: string): string {
  return `${topic}.exchange`
}
