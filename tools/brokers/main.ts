/** `npm run brokers`: starts, stops and shows the real brokers that tests use. */
import { parseArgs } from 'node:util'
import { bringUp } from './bring-up.ts'
import { BROKERS, type Broker } from './brokers.ts'
import { runningContainers, stopContainer } from './compose.ts'
import { runningDaemons, stopDaemon } from './daemon.ts'
import { lookAt, type Sighting } from './look.ts'

const HELP = `Real brokers for tests, on 127.0.0.1.

  npm run brokers -- up|down|status [kafka] [rabbitmq] [mosquitto] [postgres] [--json]

  up       uses what already answers and starts the rest; 1 when one is missing
  status   who answers, in which version, started by us or not; 1 when one is missing
  down     stops what \`up\` and tests have started, and nothing else

Examples
  npm run brokers -- up
  npm run brokers -- up kafka
  npm run brokers -- status --json
  KAFKA_BROKERS=127.0.0.1:19092 npm run brokers -- status kafka

KAFKA_BROKERS, AMQP_URL, MQTT_URL and DATABASE_URL say where else to look.
Data, logs and process records are in .brokers/.
`

process.exitCode = await main(process.argv.slice(2))

async function main(args: readonly string[]): Promise<number> {
  const wish = readWish(args)
  if (wish.kind === 'help') return print(HELP, 0)
  if (wish.kind === 'wrong') return wrongUse(wish.why)
  if (wish.command === 'down') return await down(wish.brokers, wish.json)
  const sightings = wish.command === 'up' ? await upAll(wish.brokers) : await lookAt(wish.brokers)
  print(wish.json ? json(sightings) : sightings.map(line).join(''), 0)
  return sightings.every(({ state }) => state === 'usable') ? 0 : 1
}

type Wish =
  | { readonly kind: 'help' }
  | { readonly kind: 'wrong'; readonly why: string }
  | {
      readonly kind: 'command'
      readonly command: 'up' | 'down' | 'status'
      readonly brokers: readonly Broker[]
      readonly json: boolean
    }

function readWish(args: readonly string[]): Wish {
  const options = { help: { type: 'boolean', short: 'h' }, json: { type: 'boolean' } } as const
  try {
    const { values, positionals } = parseArgs({ args: [...args], options, allowPositionals: true })
    const [command, ...names] = positionals
    if (values.help || command === undefined || command === 'help') return { kind: 'help' }
    if (command !== 'up' && command !== 'down' && command !== 'status') return wrong(`no command ${command}`)
    const unknown = names.find((name) => !BROKERS.some((broker) => broker.name === name))
    if (unknown !== undefined) return wrong(`no broker ${unknown}: ${BROKERS.map(({ name }) => name).join(', ')}`)
    const brokers = BROKERS.filter(({ name }) => names.length === 0 || names.includes(name))
    return { kind: 'command', command, brokers, json: values.json ?? false }
  } catch (error) {
    return wrong(error instanceof Error ? error.message : String(error))
  }
}

function wrong(why: string): Wish {
  return { kind: 'wrong', why }
}

/** One after the other: package managers and JVMs do not like to share two cores. */
async function upAll(brokers: readonly Broker[]): Promise<readonly Sighting[]> {
  const sightings: Sighting[] = []
  for (const broker of brokers) sightings.push(await bringUp(broker))
  return sightings
}

/** Stops the shared brokers of these names, and those of a kind that tests have left behind (`kafka-40123`). */
async function down(brokers: readonly Broker[], asJson: boolean): Promise<number> {
  const names = brokers.map(({ name }) => name)
  const daemons = runningDaemons().filter(({ id }) => names.some((name) => id === name || id.startsWith(`${name}-`)))
  const containers = names.filter((name) => runningContainers().includes(name))
  await Promise.all(daemons.map(stopDaemon))
  containers.forEach(stopContainer)
  const stopped = [...daemons.map(({ id }) => id), ...containers]
  if (asJson) return print(json(stopped), 0)
  return print(stopped.length === 0 ? 'Nothing of ours was running.\n' : `Stopped ${stopped.join(', ')}.\n`, 0)
}

function line({ name, place, state, version, problem, startedByUs }: Sighting): string {
  const start = `${name.padEnd(11)}${place.padEnd(18)}`
  if (state !== 'usable') return `${start}${state === 'silent' ? 'missing' : 'not usable'}: ${problem}\n`
  return `${start}answers${version === undefined ? '' : `, ${version}`}, ${startedByUs ? 'started by us' : 'was there'}\n`
}

/** Without URLs, which may hold a password. */
function json(value: readonly unknown[]): string {
  return `${JSON.stringify(value, (key, part) => (key === 'url' ? undefined : part), 2)}\n`
}

function wrongUse(why: string): number {
  process.stderr.write(`brokers: ${why}\nTry: npm run brokers -- --help\n`)
  return 2
}

function print(text: string, exitCode: number): number {
  process.stdout.write(text)
  return exitCode
}
