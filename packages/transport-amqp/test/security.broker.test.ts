import { randomUUID } from 'node:crypto'
import { type Certificates, freePort, makeCertificates, type OwnBroker, startRabbitmq } from '@longshore/brokers'
import { Failure } from '@longshore/runtime'
import { until } from '@longshore/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type AmqpOptions, resolveAmqpOptions } from '../src/options.ts'
import { AmqpTransport } from '../src/transport.ts'
import { Reader } from './reader.ts'

describe.skipIf(!process.env.AMQP_URL)('an AMQP transport on a RabbitMQ with TLS', () => {
  let certificates: Certificates
  let rabbitmq: OwnBroker
  let port: number
  beforeAll(async () => {
    certificates = makeCertificates('guest')
    port = await freePort()
    const { caFile, server } = certificates
    rabbitmq = await startRabbitmq({
      plugins: ['rabbitmq_auth_mechanism_ssl'],
      settings: [
        `listeners.ssl.default = 127.0.0.1:${port}`,
        `ssl_options.cacertfile = ${caFile}`,
        `ssl_options.certfile = ${server.certFile}`,
        `ssl_options.keyfile = ${server.keyFile}`,
        'ssl_options.verify = verify_peer',
        'ssl_options.fail_if_no_peer_cert = false',
        'ssl_cert_login_from = common_name',
        'auth_mechanisms.1 = PLAIN',
        'auth_mechanisms.2 = EXTERNAL',
      ],
    })
  }, 120_000)
  afterAll(async () => {
    await rabbitmq.remove()
    certificates.remove()
  })

  function open(given: Partial<AmqpOptions>): AmqpTransport {
    const url = `amqps://guest:guest@localhost:${port}`
    const transport = new AmqpTransport(resolveAmqpOptions({ url, connectTimeoutMs: 5_000, ...given }))
    onTestFinished(() => transport.close())
    return transport
  }

  function refusal(given: Partial<AmqpOptions>): Promise<unknown> {
    return Reader.open(open(given), `test-${randomUUID()}`).catch(Failure.from)
  }

  it('reads and publishes where it is given the authority that signed the broker', async () => {
    const transport = open({ tls: { ca: certificates.ca } })
    const topic = `test-${randomUUID()}`
    const reader = await Reader.open(transport, topic)
    await transport.publish([{ topic, value: Buffer.from('1') }])
    await until(() => reader.deliveries.length === 1, 'it is delivered')
    expect((await transport.probe()).about).toContain('PLAIN, TLS')
  })

  it('is known by its certificate where the mechanism is EXTERNAL', async () => {
    const { ca, client } = certificates
    const url = `amqps://localhost:${port}`
    const transport = open({ url, mechanism: 'EXTERNAL', tls: { ca, cert: client.cert, key: client.key } })
    const topic = `test-${randomUUID()}`
    const reader = await Reader.open(transport, topic)
    await transport.publish([{ topic, value: Buffer.from('1') }])
    await until(() => reader.deliveries.length === 1, 'it is delivered')
    expect((await transport.probe()).about).toContain('EXTERNAL, TLS')
  })

  it('does not talk to a broker whose authority it does not know', async () => {
    const words = `No TLS connection while connecting to localhost:${port}, virtual host /: the certificate of the broker is signed by an authority`
    for (const tls of [undefined, { ca: certificates.stranger.cert }]) {
      const refused = await refusal(tls === undefined ? {} : { tls })
      expect(refused).toMatchObject({ code: 'BROKER_REFUSED', message: expect.stringContaining(words) })
      expect(refused).toMatchObject({ message: expect.stringContaining('Give the authority as tls.ca.') })
    }
  })

  it('does not talk to a broker under a name that is not in its certificate', async () => {
    const url = `amqps://guest:guest@127.0.0.1:${port}`
    const message = expect.stringContaining('for another host name (ERR_TLS_CERT_ALTNAME_INVALID)')
    expect(await refusal({ url, tls: { ca: certificates.ca } })).toMatchObject({ code: 'BROKER_REFUSED', message })
  })

  it('is told when the broker does not trust its certificate', async () => {
    const { ca, stranger } = certificates
    const message = expect.stringContaining('the broker did not accept the certificate of this client')
    const refused = await refusal({ tls: { ca, cert: stranger.cert, key: stranger.key } })
    expect(refused).toMatchObject({ code: 'BROKER_REFUSED', message })
  })

  it('is told that a key does not belong to its certificate', async () => {
    const { ca, client, server } = certificates
    const message = expect.stringContaining('or certificate and key do not belong together')
    const refused = await refusal({ tls: { ca, cert: client.cert, key: server.key } })
    expect(refused).toMatchObject({ code: 'BROKER_REFUSED', message })
  })

  it('is told that EXTERNAL takes a certificate', async () => {
    const tls = { ca: certificates.ca }
    const refused = await refusal({ url: `amqps://localhost:${port}`, mechanism: 'EXTERNAL', tls })
    expect(refused).toMatchObject({ code: 'BROKER_REFUSED_CREDENTIALS' })
  })

  it('is told that the port does not speak TLS', async () => {
    const message = expect.stringContaining('this port does not speak TLS')
    const refused = await refusal({ url: rabbitmq.url.replace('amqp://', 'amqps://'), tls: { ca: certificates.ca } })
    expect(refused).toMatchObject({ code: 'BROKER_REFUSED', message })
  })

  it('gives up on a port that speaks nothing but TLS', async () => {
    const refused = await refusal({ url: `amqp://guest:guest@localhost:${port}`, connectTimeoutMs: 500 })
    expect(refused).toMatchObject({
      code: 'BROKER_UNREACHABLE',
      message: expect.stringContaining('a port that speaks TLS alone'),
    })
  })

  it('is told when user or password are wrong', async () => {
    const refused = await refusal({ username: 'nobody', password: 'wrong', tls: { ca: certificates.ca } })
    const message = `RabbitMQ refused the credentials while connecting to localhost:${port}, virtual host /.`
    expect(refused).toMatchObject({ code: 'BROKER_REFUSED_CREDENTIALS', message })
  })
})
