import { describe, expect, it } from 'vitest'
import { amqpOptionsFromEnvironment } from './environment.ts'
import { resolveAmqpOptions } from './options.ts'

describe('the AMQP environment', () => {
  it('needs a URL only', () => {
    expect(amqpOptionsFromEnvironment({ AMQP_URL: 'amqp://a:5672/shop' })).toEqual({ url: 'amqp://a:5672/shop' })
  })

  it('takes credentials apart from the URL, and a private CA', () => {
    const environment = { AMQP_URL: 'amqps://a', AMQP_USERNAME: 'app', AMQP_PASSWORD: 'secret', AMQP_SSL_CA: 'PEM' }
    const expected = { url: 'amqps://a', username: 'app', password: 'secret', tls: { ca: 'PEM' } }
    expect(amqpOptionsFromEnvironment(environment)).toEqual(expected)
  })

  it.each([
    [{}, 'AMQP_URL'],
    [{ AMQP_URL: 'amqp://a', AMQP_USERNAME: 'app' }, 'AMQP_PASSWORD'],
    [{ AMQP_URL: 'amqps://a', AMQP_SSL_CERT: 'PEM' }, 'AMQP_SSL_KEY'],
    [{ AMQP_URL: 'amqps://a', AMQP_MECHANISM: 'gssapi' }, 'AMQP_MECHANISM'],
  ])('refuses what cannot be meant, naming the variable (%#)', (environment, variable) => {
    expect(() => amqpOptionsFromEnvironment(environment)).toThrow(variable)
  })

  it.each([
    [{ url: 'http://a' }, 'url'],
    [{ url: 'amqp://a', tls: { ca: 'PEM' } }, 'amqps'],
    [{ url: 'amqp://a', mechanism: 'EXTERNAL' as const }, 'EXTERNAL'],
    [{ url: 'amqp://a', heartbeatSeconds: 0 }, 'heartbeatSeconds'],
  ])('is refused where its options contradict each other (%#)', (options, named) => {
    expect(() => resolveAmqpOptions(options)).toThrow(named)
  })
})
