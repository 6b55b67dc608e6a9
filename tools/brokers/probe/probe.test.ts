import { createServer, type Server } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { freePort } from '../own-broker.ts'
import { probeAmqp } from './amqp.ts'
import type { Address } from './ask.ts'
import { probeKafka } from './kafka.ts'
import { probeMqtt } from './mqtt.ts'
import { probePostgres } from './postgres.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

/** A server that answers any question with these bytes. */
async function answering(bytes: Uint8Array): Promise<Address> {
  const server = createServer((socket) => void socket.on('error', () => {}).once('data', () => socket.write(bytes)))
  servers.push(server)
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return { host: '127.0.0.1', port }
}

const session = { user: 'postgres', database: 'postgres', hasPassword: false }
const probes = {
  kafka: probeKafka,
  amqp: probeAmqp,
  mqtt: probeMqtt,
  postgres: (address: Address) => probePostgres({ ...address, ...session }),
}

function postgresMessage(type: string, body: string): Buffer {
  const length = Buffer.alloc(4)
  length.writeInt32BE(body.length + 4)
  return Buffer.concat([Buffer.from(type), length, Buffer.from(body, 'latin1')])
}

describe('a probe', () => {
  it.each(Object.entries(probes))('for %s finds nobody on a port where nobody listens', async (_, probe) => {
    expect(await probe({ host: '127.0.0.1', port: await freePort() })).toBeUndefined()
  })

  it.each(Object.entries(probes))('for %s is not fooled by a web server', async (_, probe) => {
    const address = await answering(Buffer.from('HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n'.padEnd(400)))
    expect(await probe(address)).toBeUndefined()
  })

  it('for kafka waits for a live broker, not for an open port', async () => {
    const noBrokers = Buffer.from('000000106c6f6e67' + '00000000' + 'ffffffff' + '00000000', 'hex')
    expect(await probeKafka(await answering(noBrokers))).toBeUndefined()
  })

  it('for mqtt says that credentials are missing', async () => {
    const notAuthorized = Buffer.from([0x20, 3, 0, 0x87, 0])
    expect(await probeMqtt(await answering(notAuthorized))).toEqual({ problem: expect.stringContaining('MQTT_URL') })
  })

  it('for postgres says that a password is missing, unless the URL holds one', async () => {
    const address = await answering(postgresMessage('R', '\0\0\0\x0aSCRAM-SHA-256\0\0'))
    expect(await probes.postgres(address)).toEqual({ problem: 'asks for a password: set DATABASE_URL' })
    expect(await probePostgres({ ...address, ...session, hasPassword: true })).toEqual({})
  })

  it('for postgres takes a server that still starts up for silent, and repeats any other refusal', async () => {
    const starting = await answering(postgresMessage('E', 'SFATAL\0C57P03\0Mthe database system is starting up\0\0'))
    expect(await probes.postgres(starting)).toBeUndefined()
    const refusing = await answering(postgresMessage('E', 'SFATAL\0C28000\0Mrole "postgres" does not exist\0\0'))
    expect(await probes.postgres(refusing)).toEqual({
      problem: 'refuses: role "postgres" does not exist. Set DATABASE_URL',
    })
  })
})
