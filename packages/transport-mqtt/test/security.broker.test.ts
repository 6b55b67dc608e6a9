import { randomUUID } from 'node:crypto'
import { type Certificates, freePort, makeCertificates, type OwnBroker, startMosquitto } from '@longshore/brokers'
import { Failure, type Incoming } from '@longshore/runtime'
import { until } from '@longshore/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type MqttOptions, resolveMqttOptions } from '../src/options.ts'
import { MqttTransport } from '../src/transport.ts'
import { wantedOf } from './mqtt-under-test.ts'

describe.skipIf(!process.env.MQTT_URL)('an MQTT transport on a Mosquitto with TLS', () => {
  let certificates: Certificates
  let mosquitto: OwnBroker
  /** Ports of the listener that anybody may use, and of the one that takes certificates alone. */
  let open: number
  let mutual: number
  beforeAll(async () => {
    certificates = makeCertificates()
    const ports = [await freePort(), await freePort()] as const
    ;[open, mutual] = ports
    const { caFile, server } = certificates
    const listener = (port: number) => [
      `listener ${port} 127.0.0.1`,
      `cafile ${caFile}`,
      `certfile ${server.certFile}`,
      `keyfile ${server.keyFile}`,
    ]
    mosquitto = await startMosquitto({
      settings: [...listener(open), ...listener(mutual), 'require_certificate true'],
    })
  })
  afterAll(async () => {
    await mosquitto.remove()
    certificates.remove()
  })

  function connected(given: Partial<MqttOptions>): MqttTransport {
    const url = `mqtts://localhost:${open}`
    const options = { url, clientId: randomUUID(), connectTimeoutMs: 1_000, ...given }
    const transport = new MqttTransport(resolveMqttOptions(options))
    onTestFinished(() => transport.close())
    return transport
  }

  function refusal(given: Partial<MqttOptions>): Promise<unknown> {
    const wanted = wantedOf(`test-${randomUUID()}`)
    return connected(given)
      .subscribe(wanted, { deliver() {}, report() {} })
      .catch(Failure.from)
  }

  it.each(['mqtts', 'mutual'] as const)('reads and publishes over %s', async (how) => {
    const { ca, client } = certificates
    const given =
      how === 'mqtts'
        ? { tls: { ca } }
        : { url: `mqtts://localhost:${mutual}`, tls: { ca, cert: client.cert, key: client.key } }
    const transport = connected(given)
    const wanted = wantedOf(`test-${randomUUID()}`)
    const deliveries: Incoming[] = []
    await transport.subscribe(wanted, { deliver: (delivery) => deliveries.push(delivery), report() {} })
    await transport.publish([{ topic: wanted.topics[0] ?? '', value: Buffer.from('1') }])
    await until(() => deliveries.length === 1, 'it is delivered')
    expect((await transport.probe()).about).toContain(', TLS')
  })

  it('does not talk to a broker whose authority it does not know', async () => {
    const words = `No TLS connection while connecting to localhost:${open}: the certificate of the broker is signed by an authority`
    for (const tls of [undefined, { ca: certificates.stranger.cert }]) {
      const refused = await refusal(tls === undefined ? {} : { tls })
      expect(refused).toMatchObject({ code: 'BROKER_REFUSED', message: expect.stringContaining(words) })
    }
  })

  it('does not talk to a broker under a name that is not in its certificate', async () => {
    const refused = await refusal({ url: `mqtts://127.0.0.1:${open}`, tls: { ca: certificates.ca } })
    const message = expect.stringContaining('for another host name (ERR_TLS_CERT_ALTNAME_INVALID)')
    expect(refused).toMatchObject({ code: 'BROKER_REFUSED', message })
  })

  it.each(['no certificate', 'one of a stranger'])('is told when it gives %s where one is wanted', async (which) => {
    const { ca, stranger } = certificates
    const own = which === 'no certificate' ? {} : { cert: stranger.cert, key: stranger.key }
    const refused = await refusal({ url: `mqtts://localhost:${mutual}`, tls: { ca, ...own } })
    const message = expect.stringContaining(
      'the broker did not accept the certificate of this client, or there was none',
    )
    expect(refused).toMatchObject({ code: 'BROKER_REFUSED', message })
  })

  it('gives up when one side speaks TLS and the other does not, and says that it may be so', async () => {
    const tls = { ca: certificates.ca }
    const message = expect.stringContaining('when one side speaks TLS and the other does not')
    for (const given of [
      { url: mosquitto.url.replace('mqtt://', 'mqtts://'), tls },
      { url: `mqtt://localhost:${open}` },
    ])
      expect(await refusal(given)).toMatchObject({ code: 'BROKER_UNREACHABLE', message })
  })
})
