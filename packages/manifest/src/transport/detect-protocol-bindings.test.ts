import type { Channel, Server } from '@longshore/contract'
import { describe, expect, it } from 'vitest'
import { channel, contract, message, operation, server } from '../../test/contract-builder.ts'
import { detectProtocolBindings, type TransportDetection } from './detect-protocol-bindings.ts'

describe('the transport of a channel', () => {
  it('is what a binding says, with the server as further evidence', () => {
    expect(detect({ bindings: { kafka: {} } }, [server('kafka-secure')])).toEqual({
      transport: 'kafka',
      transports: ['kafka'],
      confidence: 0.99,
      evidence: ['kafka: channel binding', 'kafka: server kafka-secure (kafka-secure)'],
      tls: true,
    })
  })

  it.each([
    ['kafka-secure', 'kafka'],
    ['amqps', 'amqp'],
    ['mqtts', 'mqtt'],
    ['secure-mqtt', 'mqtt'],
    ['wss', 'ws'],
    ['gcloud-pubsub', 'googlepubsub'],
  ])('is read from the server protocol %s', (protocol, transport) => {
    expect(detect({}, [server(protocol)])).toMatchObject({
      transport,
      confidence: 0.95,
      tls: protocol !== 'gcloud-pubsub',
    })
  })

  it('keeps plain MQTT 5 apart from TLS', () => {
    expect(detect({}, [server('mqtt5')])).toMatchObject({ transport: 'mqtt', tls: false })
  })

  it('stays unknown when the document says nothing, whatever the names sound like', () => {
    expect(detect({ address: 'orders-topic' })).toMatchObject({ transport: 'unknown', transports: [], confidence: 0 })
    expect(detect({ address: 'thing/product/{device_sn}/osd' })).toMatchObject({ transport: 'unknown' })
    expect(detect({ address: 'mqtt' })).toMatchObject({ transport: 'unknown' })
  })

  it('does not take the web server around the events for their transport', () => {
    expect(detect({ address: 'inventory-added' }, [server('http')])).toMatchObject({ transport: 'unknown' })
    expect(detect({ address: '/inventory' }, [server('http')])).toMatchObject({ transport: 'http' })
    expect(detect({ servers: ['http'] }, [server('http')])).toMatchObject({ transport: 'http' })
  })

  it('reads a server without a transport by its port', () => {
    expect(detect({}, [server('tcp', { host: 'localhost:4222' })])).toMatchObject({
      transport: 'nats',
      confidence: 0.85,
    })
  })

  it('believes the server over what the topic is called', () => {
    expect(detect({ address: 'mqtt/events' }, [server('kafka')])).toMatchObject({ transport: 'kafka' })
  })

  it('is on all servers the channel lists', () => {
    const servers = [server('https'), server('mqtt'), server('kafka')]
    expect(detect({ servers: ['https', 'mqtt'] }, servers)).toMatchObject({ transports: ['http', 'mqtt'] })
  })

  it('lets a hint choose between servers the channel does not list', () => {
    const servers = [server('ws'), server('mqtt')]
    expect(detect({ address: 'fleet/{site}/status' }, servers)).toMatchObject({ transports: ['mqtt'] })
  })

  it('believes, of contradicting bindings, the one a server confirms', () => {
    const parts = { bindings: { googlepubsub: {} }, operations: [operation({ bindings: { kafka: {} } })] }
    expect(detect(parts, [server('kafka')])).toMatchObject({ transports: ['kafka'] })
    expect(detect(parts)).toMatchObject({ transports: ['googlepubsub', 'kafka'] })
  })

  it.each<[string, Partial<Channel>, string]>([
    ['a prefix of the name', { address: 'sqs/orders' }, 'sqs'],
    ['words of the description', { description: 'Bidirectional WebSocket.' }, 'ws'],
    ['a field of one protocol', { extensions: { 'x-routing-key': 'a.b' } }, 'amqp'],
    ['a content type', { messages: [message({ contentType: 'application/vnd.kafka.json' })] }, 'kafka'],
  ])('is hinted at by %s', (_, parts, transport) => {
    const found = detect(parts)
    expect(found.transport).toBe(transport)
    expect(found.confidence).toBeGreaterThanOrEqual(0.5)
    expect(found.confidence).toBeLessThanOrEqual(0.9)
  })
})

function detect(parts: Partial<Channel>, servers: readonly Server[] = []): TransportDetection {
  const own = channel(parts)
  return detectProtocolBindings(contract({ channels: [own], servers }), own, own.messages[0])
}
