import { describe, expect, it } from 'vitest'
import { mqttOptionsFromEnvironment } from './environment.ts'

describe('MQTT options from the environment', () => {
  it('keep credentials out of the address', () => {
    expect(mqttOptionsFromEnvironment({ MQTT_URL: 'mqtts://anna:s%40fe@broker:8883' })).toEqual({
      url: 'mqtts://broker:8883',
      protocolVersion: 5,
      username: 'anna',
      password: 's@fe',
    })
  })

  it('speak 3.1.1 where asked to, under a client id of their own', () => {
    const environment = { MQTT_URL: 'mqtt://broker', MQTT_PROTOCOL_VERSION: '3.1.1', MQTT_CLIENT_ID: 'pod-0' }
    expect(mqttOptionsFromEnvironment(environment)).toMatchObject({ protocolVersion: 4, clientId: 'pod-0' })
  })

  it.each([
    [{}, 'MQTT_URL'],
    [{ MQTT_URL: 'mqtt://broker', MQTT_PROTOCOL_VERSION: '6' }, 'MQTT_PROTOCOL_VERSION'],
    [{ MQTT_URL: 'mqtt://broker', MQTT_SSL_CERT: 'pem' }, 'MQTT_SSL_KEY'],
  ])('name the variable that is wrong: %o', (environment, name) => {
    expect(() => mqttOptionsFromEnvironment(environment)).toThrow(name)
  })
})
