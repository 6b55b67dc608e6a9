import { Admin } from '@platformatic/kafka'
import { connect } from 'amqplib'

/** Deletes the topics whose names begin so at the Kafka that `KAFKA_BROKERS` names. */
export async function removeTopics(prefix: string): Promise<void> {
  const bootstrapBrokers = (process.env.KAFKA_BROKERS ?? '').split(',')
  const admin = new Admin({ clientId: 'longshore-tests', bootstrapBrokers })
  try {
    const topics = (await admin.listTopics()).filter((topic) => topic.startsWith(prefix))
    if (topics.length > 0) await admin.deleteTopics({ topics })
  } finally {
    await admin.close()
  }
}

/** Deletes queues at the RabbitMQ that `AMQP_URL` names; those that are not there are no error. */
export async function removeQueues(names: readonly string[]): Promise<void> {
  const connection = await connect(process.env.AMQP_URL ?? '')
  try {
    const channel = await connection.createChannel()
    for (const name of names) await channel.deleteQueue(name)
  } finally {
    await connection.close()
  }
}
