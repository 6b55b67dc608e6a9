import type { Config } from './config.ts'
import type { Io } from './io.ts'
import { UsageError } from './usage-error.ts'

/** 0: fine. 1: findings at or above `--fail-on`, drift, or an operation that failed. 2: wrong use. */
export type ExitCode = 0 | 1 | 2

/** One flag. */
export interface Flag {
  readonly type: 'string' | 'boolean'
  readonly multiple?: boolean
  readonly short?: string
  /** Shown in help: what it takes, `<folder>`. */
  readonly value?: string
  /** One line, with the default. */
  readonly about: string
}

export type FlagValues = { readonly [name: string]: string | boolean | readonly (string | boolean)[] | undefined }

export interface Invocation {
  readonly positionals: readonly string[]
  readonly flags: FlagValues
  readonly config: Config
  readonly io: Io
}

/** One command, one file in `commands/`. */
export interface Command {
  /** What follows the command's name: `<document…>`. */
  readonly usage: string
  /** What it does, in a few lines. */
  readonly about: string
  readonly flags: { readonly [name: string]: Flag }
  /** Whole command lines, each with what it is good for. */
  readonly examples: readonly (readonly [line: string, purpose: string])[]
  run(invocation: Invocation): Promise<ExitCode>
}

/** Flags that every command takes. */
export const COMMON_FLAGS: Command['flags'] = Object.freeze({
  config: { type: 'string', value: '<file>', about: 'configuration; default: longshore.yaml, when there is one' },
  json: { type: 'boolean', about: 'print JSON on standard output, for programs' },
  help: { type: 'boolean', short: 'h', about: 'show this help' },
})

export function textFlag(flags: FlagValues, name: string): string | undefined {
  const value = flags[name]
  return typeof value === 'string' ? value : undefined
}

export function listFlag(flags: FlagValues, name: string): readonly string[] {
  const value = flags[name]
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : []
}

/** A whole number of at least 1; anything else is a usage error. */
export function countFlag(flags: FlagValues, name: string): number | undefined {
  const text = textFlag(flags, name)
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new UsageError(`--${name} takes a whole number of at least 1, not "${text}".`)
  return Number(text)
}

/** One of `choices`, or the fallback. */
export function choiceFlag<Choice extends string>(
  flags: FlagValues,
  name: string,
  choices: readonly Choice[],
  fallback: Choice,
): Choice {
  const text = textFlag(flags, name)
  if (text === undefined) return fallback
  const choice = choices.find((candidate) => candidate === text)
  if (choice === undefined) throw new UsageError(`--${name} takes ${choices.join(', ')}, not "${text}".`)
  return choice
}
