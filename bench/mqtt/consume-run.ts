/** One consumer of one kind, until it has all: prints rate, CPU time and how often something was handled twice, as JSON. */
import { parseArgs } from 'node:util'
import { mqttSpool } from '@longshore/postgres'
import { pgDatabase } from '@longshore/postgres/pg'
import { consume } from '@longshore/runtime'
import { mqttTransport } from '@longshore/transport-mqtt'
import mqtt from 'mqtt'
import { Pool } from 'pg'

const { values } = parseArgs({
  options: {
    contender: { type: 'string', default: 'longshore' },
    messages: { type: 'string', default: '20000' },
    keys: { type: 'string', default: '1000' },
    url: { type: 'string', default: 'mqtt://127.0.0.1:1883' },
    database: { type: 'string', default: 'postgres://postgres@127.0.0.1:5432/postgres' },
  },
})

export interface Consumed {
  readonly messages: number
  readonly ms: number
  readonly cpuMs: number
  readonly repeated: number
}

const total = Number(values.messages)
const topic = `bench-${process.pid}-${Date.now()}`
const seen = new Uint8Array(total)
let handled = 0
let repeated = 0
const done = Promise.withResolvers<void>()

/** The work of all contenders. */
function handle(n: number): void {
  if (seen[n] === 1) repeated += 1
  else {
    seen[n] = 1
    handled += 1
  }
  if (handled === total) done.resolve()
}

// Its session is there before the first message, and has them all before the clock starts.
await (await begin(values.contender))()
await publishAll()
const cpu = process.cpuUsage()
const startedMs = performance.now()
const stop = await begin(values.contender)
await done.promise
const ms = performance.now() - startedMs
const { user, system } = process.cpuUsage(cpu)
await stop()
const result: Consumed = { messages: total, ms, cpuMs: (user + system) / 1_000, repeated }
console.log(JSON.stringify(result))

function begin(contender: string): Promise<() => Promise<unknown>> {
  if (contender === 'longshore') return longshore()
  if (contender === 'by-hand') return byHand()
  if (contender === 'mqtt.js') return rawMqtt()
  throw new Error(`No contender "${contender}"; known: longshore, by-hand, mqtt.js.`)
}

async function longshore() {
  const database = pgDatabase({ connectionString: values.database })
  const transport = mqttTransport({ url: values.url, spool: mqttSpool(database, { schema: 'bench_mqtt' }) })
  const contract = {
    urn: 'urn:events:bench:number:published',
    topic,
    group: 'bench',
    bindings: { mqtt: { qos: 1 } },
    pii: [],
    validate: () => [],
  } as const
  const consumer = consume<{ readonly n: number }>(contract, transport, ({ n }) => handle(n), { log: silent() })
  await consumer.start()
  return async () => {
    await consumer.stop()
    await transport.close()
    await database.close()
  }
}

/** What one writes without us: a batch is stored, acknowledged, worked on, and deleted. No keys, no leases, no retries. */
async function byHand() {
  const pool = new Pool({ connectionString: values.database })
  await pool.query(
    'create table if not exists bench_by_hand (seq bigint generated always as identity primary key, topic text, value bytea)',
  )
  const client = mqtt.connect(values.url, {
    protocolVersion: 5,
    clientId: topic,
    clean: false,
    properties: { sessionExpiryInterval: 60 },
  })
  let batch: { readonly value: Buffer; readonly acknowledge: () => void }[] = []
  let storing = false
  const store = async () => {
    storing = true
    while (batch.length > 0) {
      const taken = batch
      batch = []
      const { rows } = await pool.query(
        'insert into bench_by_hand (topic, value) select $1, unnest($2::bytea[]) returning seq',
        [topic, taken.map(({ value }) => value)],
      )
      for (const { acknowledge } of taken) acknowledge()
      for (const { value } of taken) handle(JSON.parse(value.toString()).n)
      await pool.query('delete from bench_by_hand where seq = any($1::bigint[])', [rows.map(({ seq }) => seq)])
    }
    storing = false
  }
  // The same way round MQTT.js's serial acknowledgement: it is shown QoS 0 and PUBACK is written here.
  client.on('packetreceive', (packet) => {
    if (packet.cmd !== 'publish') return
    const id = packet.messageId ?? 0
    packet.qos = 0
    const acknowledge = () => void client.stream.write(Buffer.from([0x40, 2, id >> 8, id & 255]))
    batch.push({ value: Buffer.from(packet.payload), acknowledge })
    if (!storing) void store()
  })
  await new Promise((resolve) => client.once('connect', resolve))
  await client.subscribeAsync(topic, { qos: 1 })
  return async () => {
    await client.endAsync()
    await pool.end()
  }
}

async function rawMqtt() {
  const client = mqtt.connect(values.url, {
    protocolVersion: 5,
    clientId: topic,
    clean: false,
    properties: { sessionExpiryInterval: 60 },
  })
  client.on('message', (_, value) => handle(JSON.parse(value.toString()).n))
  await new Promise((resolve) => client.once('connect', resolve))
  await client.subscribeAsync(topic, { qos: 1 })
  return () => client.endAsync()
}

/** 300 bytes each, 1,000 on their way. */
async function publishAll(): Promise<void> {
  const client = await mqtt.connectAsync(values.url, { protocolVersion: 5 })
  const keys = Number(values.keys)
  const padding = 'x'.repeat(280)
  for (let first = 0; first < total; first += 1_000) {
    const numbers = Array.from({ length: Math.min(1_000, total - first) }, (_, index) => first + index)
    const properties = (n: number) => ({ userProperties: { 'x-message-key': `key-${n % keys}` } })
    await Promise.all(
      numbers.map((n) =>
        client.publishAsync(topic, JSON.stringify({ n, padding }), { qos: 1, properties: properties(n) }),
      ),
    )
  }
  await client.endAsync()
}

function silent() {
  return { debug() {}, info() {}, warn() {}, error: console.error }
}
