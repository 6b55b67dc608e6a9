import type { Transport } from '@longshore/runtime'
import type { Io } from './io.ts'
import { UsageError } from './usage-error.ts'

/** Opens the transport by its manifest name, from the environment. Its package is loaded only now and may be absent. */
export async function openTransport(name: string, env: Io['env']): Promise<Transport> {
  if (name === 'kafka') {
    const { kafkaTransport, kafkaOptionsFromEnvironment } = await installed(
      '@longshore/transport-kafka',
      '@platformatic/kafka',
      () => import('@longshore/transport-kafka/platformatic'),
    )
    return kafkaTransport(kafkaOptionsFromEnvironment(env))
  }
  if (name === 'amqp') {
    const { amqpTransport, amqpOptionsFromEnvironment } = await installed(
      '@longshore/transport-amqp',
      'amqplib',
      () => import('@longshore/transport-amqp'),
    )
    return amqpTransport(amqpOptionsFromEnvironment(env))
  }
  if (name === 'mqtt') {
    const { mqttTransport, mqttOptionsFromEnvironment } = await installed(
      '@longshore/transport-mqtt',
      'mqtt',
      () => import('@longshore/transport-mqtt'),
    )
    const options = mqttOptionsFromEnvironment(env)
    if (!env.DATABASE_URL) return mqttTransport(options)
    const { spool, close } = await spoolAt(env.DATABASE_URL)
    const transport = mqttTransport({ ...options, spool })
    const closeTransport = transport.close.bind(transport)
    return Object.assign(transport, { close: () => closeTransport().finally(close) })
  }
  throw new UsageError(
    `There is no transport "${name}" for this command; known: kafka, amqp, mqtt. Choose one with --transport.`,
  )
}

/** Where MQTT consumers with a database keep their dead letters. */
async function spoolAt(connectionString: string) {
  const [{ mqttSpool }, { pgDatabase }] = await installed('@longshore/postgres', 'pg', () =>
    Promise.all([import('@longshore/postgres'), import('@longshore/postgres/pg')]),
  )
  const database = pgDatabase({ connectionString })
  return { spool: mqttSpool(database), close: () => database.close() }
}

async function installed<Module>(name: string, client: string, load: () => Promise<Module>): Promise<Module> {
  try {
    return await load()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_MODULE_NOT_FOUND') {
      throw new UsageError(`${name} and its client are not installed: npm install ${name} ${client}`)
    }
    throw error
  }
}
