/** Design time of the first run: findings, printed consumers, strict compilation. What a user types, through the same commands. */
import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import type { Handler, Log, Running, Transport } from '@longshore/runtime'
import { main as longshore } from 'longshore'
import type { Example } from './traffic.ts'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export const CONTRACT = 'contracts/user-events.yaml'
const ROOT = here('../..')
const OUT = 'examples/01-first-run/out'

/** What a printed consumer's module exports, as far as the first run uses it. */
export type PrintedConsumer = new (options: {
  readonly transport: Transport
  readonly handle: Handler<Example>
  readonly log: Log
}) => { readonly run: Running; start(): Promise<void>; stop(): Promise<void>; explain(): string }

/** Says what is risky, prints the consumers and compiles them. Ends the process with the command's code when one fails. */
export async function prepare(say: (text: string) => void): Promise<void> {
  process.chdir(ROOT)
  say(`\n$ longshore check ${CONTRACT} --format table\n`)
  await command('check', CONTRACT, '--format', 'table', '--fail-on', 'never')
  say(`\n$ longshore generate consumer ${CONTRACT} --out ${OUT}\n`)
  await command('generate', 'consumer', CONTRACT, '--out', OUT)
  say('\n$ tsc --strict\n')
  await promisify(execFile)(process.execPath, [
    here('../../node_modules/typescript/bin/tsc'),
    '-p',
    here('tsconfig.printed.json'),
  ]).catch((error: { readonly stdout?: string }) => {
    throw new Error(`The printed consumers do not compile:\n${error.stdout ?? ''}`)
  })
  say(`The printed consumers compile, strictly. Read one: ${OUT}/user-created.consumer.ts`)
}

/** Loads a compiled consumer: `user.created` is `UserCreatedConsumer` in `user-created.consumer.js`. */
export async function loadConsumer(event: string): Promise<PrintedConsumer> {
  const words = event.split('.')
  const name = `${words.map((word) => word.slice(0, 1).toUpperCase() + word.slice(1)).join('')}Consumer`
  const file = new URL(`out/dist/${words.join('-')}.consumer.js`, import.meta.url)
  const module: { readonly [name: string]: unknown } = await import(file.href)
  const printed = module[name]
  if (typeof printed !== 'function') throw new Error(`${file.pathname} does not export ${name}.`)
  // A printed consumer's constructor has this shape; golden output of the generator pins it.
  return printed as PrintedConsumer
}

async function command(...words: readonly string[]): Promise<void> {
  const code = await longshore(words)
  if (code !== 0) process.exit(code)
}
