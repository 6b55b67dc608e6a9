import { describe, expect, it } from 'vitest'
import { manifestOf } from '../../test/manifest-of.ts'
import { generateEventConsumer, generateMQTTConsumer } from './generate-event-consumer.ts'

const onTopic = (topic: string, metadata: Parameters<typeof manifestOf>[0] = {}) =>
  manifestOf({ name: 'temperature', ...metadata, delivery: { transport: 'mqtt', topic } })

describe('a printed MQTT consumer', () => {
  it('subscribes to one level for each parameter of the address', () => {
    expect(generateMQTTConsumer(onTopic('sensors/{sensorId}/temperature'))).toContain(
      "  topic: 'sensors/+/temperature',",
    )
  })

  it('has QoS 0 unless the contract asks for more', () => {
    expect(generateMQTTConsumer(onTopic('t'))).toContain('mqtt: { qos: 0 }')
    expect(generateMQTTConsumer(onTopic('t', { metadata: { qos: 2 } }))).toContain('mqtt: { qos: 2 }')
  })

  it('holds what the session is to be', () => {
    const text = generateMQTTConsumer(
      onTopic('t', { metadata: { qos: 1, clean_session: false, session_expiry: 3_600 } }),
    )
    expect(text).toContain('mqtt: { qos: 1, cleanStart: false, sessionExpirySeconds: 3_600 }')
  })

  it('takes the shared subscription as its group', () => {
    const text = generateMQTTConsumer(onTopic('t', { metadata: { shared_group: 'readers' } }))
    expect(text).toContain("  group: 'readers',")
    expect(text).toContain("sharedGroup: 'readers'")
  })

  it('is chosen by the transport of the manifest', () => {
    expect(generateEventConsumer(onTopic('t'))).toContain('bindings: { mqtt: ')
  })

  it('is printed for an unknown transport only when the options name it', () => {
    const unknown = manifestOf({ delivery: { transport: 'unknown' } })
    expect(() => generateEventConsumer(unknown)).toThrow('--transport kafka, amqp or mqtt')
    expect(generateEventConsumer(unknown, { transport: 'mqtt' })).toContain('bindings: { mqtt: ')
  })
})
