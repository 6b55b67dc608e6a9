/**
 * Large documents, printed and run as they are: every consumer of 50 channels in one process, on the broker its contract names. Only the
 * names are made unique, and copies reduced to what one broker has. The brokers are their own: hundreds of queues stay with them.
 */
import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type OwnBroker, startKafka, startMosquitto, startRabbitmq } from '@longshore/brokers'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { printSpec } from './print-spec.ts'

const run = promisify(execFile)
const SPECS = join(import.meta.dirname, '../../../../shared/bench/specs')
const BROKERS = [
  { protocol: 'kafka', variable: 'KAFKA_BROKERS', startBroker: startKafka },
  { protocol: 'amqp', variable: 'AMQP_URL', startBroker: startRabbitmq },
  { protocol: 'mqtt', variable: 'MQTT_URL', startBroker: startMosquitto },
]

describe.skipIf(!existsSync(SPECS))('the printed consumers of a large document', () => {
  const files = existsSync(SPECS) ? readdirSync(SPECS) : []
  for (const { protocol, variable, startBroker } of BROKERS)
    describe.skipIf(!process.env[variable])(`on ${protocol}`, () => {
      let folder = ''
      let broker: OwnBroker
      beforeAll(async () => {
        broker = await startBroker()
      })
      beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), 'longshore-specs-'))
      })
      afterEach(() => rmSync(folder, { recursive: true, force: true }))
      afterAll(() => broker?.remove())

      for (const file of files.filter((name) => name.startsWith(protocol)))
        it(`handle each message once: ${file}`, { timeout: 60_000 }, async () => {
          const work = await printSpec(join(SPECS, file), protocol, folder)
          const { stdout, stderr } = await start(folder, { [variable]: broker.url })
          expect(stderr).toBe('')
          const messages = work.consumers.flatMap((of) => of.messages.map(({ name }) => `${of.file}/${name}`))
          expect(messages.length).toBeGreaterThan(0)
          expect(JSON.parse(stdout)).toEqual(Object.fromEntries(messages.map((message) => [message, 1])))
        })
    })
})

/** What the process printed; of its errors the beginning. */
async function start(
  folder: string,
  broker: NodeJS.ProcessEnv,
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const words = ['--conditions=source', join(import.meta.dirname, 'start-printed.ts'), folder]
  const env = { ...process.env, ...broker }
  const ended = run(process.execPath, words, { env, timeout: 58_000, killSignal: 'SIGKILL' })
  const { stdout, stderr } = await ended.catch((error: { readonly stdout: string; readonly stderr: string }) => error)
  return { stdout, stderr: stderr.slice(0, 1_000) }
}
