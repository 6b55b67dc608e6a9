import { randomUUID } from 'node:crypto'
import { type Certificates, freePort, makeCertificates, type OwnBroker, startKafka } from '@longshore/brokers'
import { Failure, type Incoming, type Subscription } from '@longshore/runtime'
import { until } from '@longshore/testing'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { kafkaTransport as throughKafkajs } from '../src/kafkajs.ts'
import type { KafkaOptions, KafkaSasl } from '../src/options.ts'
import { kafkaTransport as throughPlatformatic } from '../src/platformatic.ts'

const JAAS = 'org.apache.kafka.common.security'
const ALICE = { username: 'alice', password: 'wonderland' }

const MECHANISMS: readonly KafkaSasl[] = [
  { mechanism: 'plain', ...ALICE },
  { mechanism: 'scram-sha-256', ...ALICE },
  { mechanism: 'scram-sha-512', ...ALICE },
  { mechanism: 'oauthbearer', token: () => unsecuredToken('alice') },
]

describe.skipIf(!process.env.KAFKA_BROKERS)('on a Kafka with TLS and SASL', () => {
  let certificates: Certificates
  let kafka: OwnBroker
  let mutual: number
  let sasl: number
  beforeAll(async () => {
    certificates = makeCertificates()
    const ports = [await freePort(), await freePort()] as const
    ;[mutual, sasl] = ports
    const { ca, server } = certificates
    const of = (mechanism: string) => `listener.name.sasl_ssl.${mechanism}.sasl`
    kafka = await startKafka({
      secured: { SSL: mutual, SASL_SSL: sasl },
      users: { [ALICE.username]: ALICE.password },
      settings: [
        'ssl.keystore.type=PEM',
        `ssl.keystore.key=${oneLine(server.key)}`,
        `ssl.keystore.certificate.chain=${oneLine(server.cert)}`,
        'ssl.truststore.type=PEM',
        `ssl.truststore.certificates=${oneLine(ca)}`,
        'listener.name.ssl.ssl.client.auth=required',
        'sasl.enabled.mechanisms=PLAIN,SCRAM-SHA-256,SCRAM-SHA-512,OAUTHBEARER',
        `${of('plain')}.jaas.config=${JAAS}.plain.PlainLoginModule required user_alice="${ALICE.password}";`,
        `${of('scram-sha-256')}.jaas.config=${JAAS}.scram.ScramLoginModule required;`,
        `${of('scram-sha-512')}.jaas.config=${JAAS}.scram.ScramLoginModule required;`,
        `${of('oauthbearer')}.jaas.config=${JAAS}.oauthbearer.OAuthBearerLoginModule required unsecuredLoginStringClaim_sub="broker";`,
        `${of('oauthbearer')}.server.callback.handler.class=${JAAS}.oauthbearer.internals.unsecured.OAuthBearerUnsecuredValidatorCallbackHandler`,
      ],
    })
  }, 120_000)
  afterAll(async () => {
    await kafka.remove()
    certificates.remove()
  }, 60_000)

  describe.each([
    { name: 'platformatic', kafkaTransport: throughPlatformatic },
    { name: 'kafkajs', kafkaTransport: throughKafkajs },
  ])('a Kafka transport through $name', ({ name, kafkaTransport }) => {
    function open(given: Partial<KafkaOptions>) {
      const brokers = [`localhost:${sasl}`]
      const transport = kafkaTransport({ brokers, provision: 'all', connectTimeoutMs: 3_000, ...given })
      onTestFinished(() => transport.close())
      return transport
    }

    async function reads(given: Partial<KafkaOptions>): Promise<void> {
      const transport = open(given)
      const wanted = wantedOf(`test-${randomUUID()}`)
      const deliveries: Incoming[] = []
      await transport.subscribe(wanted, { deliver: (delivery) => deliveries.push(delivery), report() {} })
      await transport.publish([{ topic: wanted.topics[0] ?? '', value: Buffer.from('1') }])
      await until(() => deliveries.length === 1, 'it is delivered')
    }

    function refusal(given: Partial<KafkaOptions>): Promise<unknown> {
      const wanted = wantedOf(`test-${randomUUID()}`)
      return open(given)
        .subscribe(wanted, { deliver() {}, report() {} })
        .catch(Failure.from)
    }

    it.each(MECHANISMS)('is let in with $mechanism over TLS', (how) =>
      reads({ sasl: how, tls: { ca: certificates.ca } }),
    )

    it('is let in by its certificate', () => {
      const { ca, client } = certificates
      return reads({ brokers: [`localhost:${mutual}`], tls: { ca, cert: client.cert, key: client.key } })
    })

    it.each(MECHANISMS)('is told when $mechanism is given what is wrong', async (how) => {
      const wrong = 'token' in how ? { ...how, token: () => 'no token' } : { ...how, password: 'wrong' }
      const refused = await refusal({ sasl: wrong, tls: { ca: certificates.ca } })
      expect(refused).toMatchObject({ code: 'BROKER_REFUSED_CREDENTIALS' })
    })

    it('does not talk to a broker whose authority it does not know', async () => {
      const refused = await refusal({ sasl: { mechanism: 'plain', ...ALICE }, tls: { ca: certificates.stranger.cert } })
      const message = expect.stringContaining('signed by an authority that is not known here')
      expect(refused).toMatchObject({ code: 'BROKER_REFUSED', message })
    })

    it('does not talk to a broker under a name that is not in its certificate', async () => {
      const brokers = [`127.0.0.1:${sasl}`]
      const refused = await refusal({ brokers, sasl: { mechanism: 'plain', ...ALICE }, tls: { ca: certificates.ca } })
      const message = expect.stringContaining('for another host name')
      expect(refused).toMatchObject({ code: 'BROKER_REFUSED', message })
    })

    it('is told that the broker wants a certificate', async () => {
      const refused = await refusal({ brokers: [`localhost:${mutual}`], tls: { ca: certificates.ca } })
      const { code, message } = Failure.from(refused)
      if (name === 'kafkajs') expect([code, message]).toEqual(['BROKER_REFUSED', expect.stringContaining('tls.cert')])
      else
        expect([code, message]).toEqual(['BROKER_UNREACHABLE', expect.stringContaining('it wants TLS, a certificate')])
    })
  })
})

/** A PEM text as a value of a properties file. */
function oneLine(pem: string): string {
  return pem.trim().replaceAll('\n', '\\n')
}

/** A token that nobody signed, as Kafka's own validator for tests takes it (RFC 7515, appendix A.5). */
function unsecuredToken(subject: string): string {
  const nowSeconds = Math.floor(Date.now() / 1_000)
  const parts = [{ alg: 'none' }, { sub: subject, iat: nowSeconds, exp: nowSeconds + 600 }]
  return `${parts.map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.`
}

function wantedOf(topic: string): Subscription {
  const names = { topics: [topic], group: topic, dlq: `${topic}.dlq`, retryTopic: `${topic}.retry` }
  return { ...names, from: { kind: 'earliest' }, window: 10, bindings: { kafka: { partitions: 1, replicas: 1 } } }
}
