import { parseArgs } from 'node:util'
import { COMMON_FLAGS, type Command, type ExitCode } from './command.ts'
import { COMMANDS, type CommandEntry } from './commands.ts'
import { readConfig } from './config.ts'
import { commandHelp, overview } from './help.ts'
import { type Io, processIo } from './io.ts'
import { UsageError } from './usage-error.ts'
import { version } from './version.ts'

/** Runs one command line. Answers its exit code; a user's mistake is a line on standard error, never a stack. */
export async function main(words: readonly string[], io: Io = processIo()): Promise<ExitCode> {
  try {
    return await dispatch(words, io)
  } catch (error) {
    if (!isExpected(error)) throw error
    io.note(`longshore: ${error.message}`)
    return error instanceof UsageError ? 2 : 1
  }
}

async function dispatch(words: readonly string[], io: Io): Promise<ExitCode> {
  const [first] = words
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    io.print(overview())
    return first === undefined ? 2 : 0
  }
  if (first === '--version') {
    io.print(await version())
    return 0
  }
  const found = findCommand(words)
  const command = await found.entry.load()
  const { values, positionals } = parse(command, found)
  if (values.help === true) {
    io.print(commandHelp(found.entry.name, command))
    return 0
  }
  const config = readConfig(io.cwd, typeof values.config === 'string' ? values.config : io.env.LONGSHORE_CONFIG)
  return await command.run({ positionals, flags: values, config, io })
}

interface Found {
  readonly entry: CommandEntry
  readonly rest: readonly string[]
}

/** The longest name that the words begin with: `dlq list` before `dlq`. */
function findCommand(words: readonly string[]): Found {
  for (const length of [2, 1]) {
    const name = words.slice(0, length).join(' ')
    const entry = COMMANDS.find((candidate) => candidate.name === name || candidate.aliases?.includes(name) === true)
    if (entry !== undefined) return { entry, rest: words.slice(length) }
  }
  const [group] = words
  const names = COMMANDS.flatMap(({ name, aliases = [] }) => [name, ...aliases])
  const members = names.filter((name) => name.startsWith(`${group} `))
  if (members.length > 0) throw new UsageError(`"${group}" needs one of: ${members.join(', ')}.`)
  throw new UsageError(`There is no command "${group}". Try longshore --help.`)
}

function parse(command: Command, { entry, rest }: Found) {
  const flags = { ...command.flags, ...COMMON_FLAGS }
  const options = Object.fromEntries(
    Object.entries(flags).map(([name, { type, multiple = false, short }]) => [
      name,
      short === undefined ? { type, multiple } : { type, multiple, short },
    ]),
  )
  try {
    return parseArgs({ args: [...rest], options, allowPositionals: true })
  } catch (error) {
    const reason = error instanceof Error ? (error.message.split('. To specify')[0] ?? '') : ''
    throw new UsageError(`${reason.replace(/\.?$/, '.')} Try longshore ${entry.name} --help.`)
  }
}

/** Mistakes of the user or the surroundings, as opposed to defects of ours: those keep their stack. */
function isExpected(error: unknown): error is Error {
  return error instanceof UsageError || (error instanceof Error && Symbol.for('longshore.failure') in error)
}
