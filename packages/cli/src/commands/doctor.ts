import { Failure } from '@longshore/runtime'
import type { Command } from '../command.ts'
import { consumersOf } from '../consumers.ts'
import type { Io } from '../io.ts'
import { openTransport } from '../transports.ts'

interface Finding {
  readonly what: string
  readonly ok: boolean
  readonly about: string
  readonly fix?: string
}

export const doctor: Command = {
  usage: '[document] [options]',
  about:
    'Tests what consumers need: Node, the broker, the credentials. Reads KAFKA_BROKERS and the other variables a consumer reads.',
  flags: {
    transport: { type: 'string', multiple: true, value: '<name>', about: 'default: those of the document, else kafka' },
  },
  examples: [
    ['KAFKA_BROKERS=localhost:9092 longshore doctor', 'is Kafka there, and does it let me in?'],
    ['longshore doctor contracts/user-events.yaml --json', 'for all transports of a contract'],
  ],
  async run(invocation) {
    const { flags, io, positionals, config } = invocation
    const named = Array.isArray(flags.transport) ? flags.transport.filter((name) => typeof name === 'string') : []
    const documented =
      positionals.length + config.contracts.length > 0
        ? (await consumersOf(invocation)).map(({ transport }) => transport)
        : []
    const transports = new Set(named.length > 0 ? named : documented.length > 0 ? documented : ['kafka'])
    const findings = [node(), ...(await Promise.all([...transports].map((name) => broker(name, io))))]
    io.print(flags.json === true ? JSON.stringify(findings, null, 2) : findings.map(line).join('\n'))
    return findings.every(({ ok }) => ok) ? 0 : 1
  },
}

function node(): Finding {
  const ok = Number(process.versions.node.split('.')[0]) >= 22
  return { what: 'node', ok, about: process.version, ...(ok ? {} : { fix: 'Install Node 22 or newer.' }) }
}

async function broker(name: string, io: Io): Promise<Finding> {
  const transport = await openTransport(name, io.env)
  try {
    return { what: name, ok: true, about: (await transport.probe()).about }
  } catch (error) {
    const { code, message, fix } = Failure.from(error)
    return { what: name, ok: false, about: `${code}: ${message}`, fix }
  } finally {
    await transport.close()
  }
}

function line({ what, ok, about, fix }: Finding): string {
  return `${ok ? 'ok   ' : 'FAIL '} ${what}: ${about}${fix === undefined ? '' : `\n      ${fix}`}`
}
