/** Brings one broker up: what answers is used, else this machine's programs, else Debian's packages, else a container. */
import { type Broker, brokerUrl } from './brokers.ts'
import { lacksDocker, startContainer } from './compose.ts'
import { look, type Sighting } from './look.ts'
import { aptInstall, lacksApt } from './machine.ts'

/** Resolves to what is there afterwards; when it could not be started, `problem` says what was tried and why it failed. */
export async function bringUp(broker: Broker): Promise<Sighting> {
  const before = await look(broker)
  if (before.state !== 'silent') return before
  if (process.env[broker.variable]) return { ...before, problem: `nobody answers where ${broker.variable} points` }
  try {
    await start(broker)
    return await look(broker)
  } catch (error) {
    return { ...before, problem: messageOf(error) }
  }
}

async function start(broker: Broker): Promise<void> {
  const lack = broker.lacks()
  if (lack === undefined) return void (await broker.start())
  const noApt = lacksApt()
  if (noApt === undefined) return await installAndStart(broker)
  const noDocker = lacksDocker()
  if (noDocker !== undefined) throw new Error(`${lack}; ${noApt} (${broker.packages.join(' ')}); ${noDocker}`)
  await startContainer(broker.name, () => broker.probe(brokerUrl(broker)))
}

/** Some packages start their server themselves; that one then answers and is used. */
async function installAndStart(broker: Broker): Promise<void> {
  aptInstall(broker.packages)
  if ((await look(broker)).state === 'usable') return
  const lack = broker.lacks()
  if (lack !== undefined) throw new Error(`${lack}, even after apt-get install ${broker.packages.join(' ')}`)
  await broker.start()
}

/** The message, with what a program that we ran wrote to its error output. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  const output = 'stderr' in error ? String(error.stderr).trim().split('\n').slice(-4).join('\n') : ''
  return output === '' || error.message.includes(output) ? error.message : `${error.message}\n${output}`
}
