/**
 * Tells tests which brokers are there: sets KAFKA_BROKERS, AMQP_URL, MQTT_URL and DATABASE_URL for those that answer, and
 * removes the others, so that `describe.skipIf(!process.env.KAFKA_BROKERS)` is all that a test needs.
 */
import { lookAt } from './look.ts'

export default async function setup(): Promise<void> {
  for (const { variable, url, state } of await lookAt()) {
    if (state === 'usable') process.env[variable] = url
    else delete process.env[variable]
  }
}
