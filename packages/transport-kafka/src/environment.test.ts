import { describe, expect, it } from 'vitest'
import { kafkaOptionsFromEnvironment } from './environment.ts'

describe('the Kafka environment', () => {
  it('needs brokers only', () => {
    expect(kafkaOptionsFromEnvironment({ KAFKA_BROKERS: 'a:9092, b:9092' })).toEqual({ brokers: ['a:9092', 'b:9092'] })
  })

  it('takes a named user for PLAIN unless a mechanism says otherwise', () => {
    const user = { KAFKA_BROKERS: 'a:9092', KAFKA_USERNAME: 'app', KAFKA_PASSWORD: 'secret' }
    const sasl = { username: 'app', password: 'secret' }
    expect(kafkaOptionsFromEnvironment(user).sasl).toEqual({ mechanism: 'plain', ...sasl })
    const scram = { ...user, KAFKA_SASL_MECHANISM: 'SCRAM-SHA-512', KAFKA_SSL: 'true' }
    expect(kafkaOptionsFromEnvironment(scram)).toMatchObject({
      tls: true,
      sasl: { mechanism: 'scram-sha-512', ...sasl },
    })
  })

  it('chooses the protocol of groups', () => {
    const environment = { KAFKA_BROKERS: 'a:9092', KAFKA_GROUP_PROTOCOL: 'consumer' }
    expect(kafkaOptionsFromEnvironment(environment).groupProtocol).toBe('consumer')
  })

  it.each([
    [{}, 'KAFKA_BROKERS'],
    [{ KAFKA_BROKERS: 'a:9092', KAFKA_SASL_MECHANISM: 'plain', KAFKA_USERNAME: 'app' }, 'KAFKA_PASSWORD'],
    [{ KAFKA_BROKERS: 'a:9092', KAFKA_SASL_MECHANISM: 'gssapi' }, 'KAFKA_SASL_MECHANISM'],
    [{ KAFKA_BROKERS: 'a:9092', KAFKA_SSL: 'maybe' }, 'KAFKA_SSL'],
    [{ KAFKA_BROKERS: 'a:9092', KAFKA_GROUP_PROTOCOL: 'streams' }, 'KAFKA_GROUP_PROTOCOL'],
    [{ KAFKA_BROKERS: 'a:9092', KAFKA_SSL_CERT: 'PEM' }, 'KAFKA_SSL_KEY'],
  ])('refuses what cannot be meant, naming the variable (%#)', (environment, variable) => {
    expect(() => kafkaOptionsFromEnvironment(environment)).toThrow(variable)
  })

  it('names no secret in a refusal', () => {
    const environment = { KAFKA_BROKERS: 'a:9092', KAFKA_SASL_MECHANISM: 'gssapi', KAFKA_PASSWORD: 'hunter2' }
    expect(() => kafkaOptionsFromEnvironment(environment)).toThrow(expect.not.stringContaining('hunter2'))
  })
})
