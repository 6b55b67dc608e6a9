import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '@longshore/brokers'
import { until } from '@longshore/testing'

export interface RefusingBroker {
  readonly url: string
  stop(): Promise<void>
}

/** A Mosquitto that lets nobody in: it asks for a user, and knows none. */
export async function refusingBroker(): Promise<RefusingBroker> {
  const port = await freePort()
  const folder = mkdtempSync(join(tmpdir(), 'longshore-refusing-'))
  const settings = join(folder, 'mosquitto.conf')
  writeFileSync(settings, `listener ${port} 127.0.0.1\nallow_anonymous false\n`)
  const path = `${process.env.PATH ?? ''}:/usr/sbin`
  const broker = spawn('mosquitto', ['-c', settings], { stdio: 'ignore', env: { ...process.env, PATH: path } })
  await until(() => answers(port), 'the broker answers')
  return {
    url: `mqtt://127.0.0.1:${port}`,
    async stop() {
      const exited = once(broker, 'exit')
      broker.kill()
      await exited
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy()
      resolve(true)
    })
    socket.on('error', () => resolve(false))
  })
}
