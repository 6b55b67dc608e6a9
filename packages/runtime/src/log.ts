import type { Clock } from './clock.ts'
import { compileMask } from './mask-pii.ts'

/** Structured logging: a message, then fields. */
export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

/** `event` is masked by the contract's PII paths before it is written. */
export type LogFields = { readonly [name: string]: unknown }

const LEVELS = Object.freeze({ debug: 20, info: 30, warn: 40, error: 50 })

export type LogLevel = keyof typeof LEVELS

export interface JsonLogOptions {
  readonly clock: Clock
  /** Default `info`. */
  readonly level?: LogLevel
  /** Default: standard output. */
  readonly write?: (line: string) => void
}

/**
 * JSON lines in pino's shape: `{"level":30,"time":…,"msg":…}`. An error is written as its name and code, for its message may quote a
 * payload. Logging never fails: of fields that cannot be written, such as circular ones, only the names are.
 */
export function jsonLog({ clock, level = 'info', write = (line) => console.log(line) }: JsonLogOptions): Log {
  const writer =
    (name: LogLevel) =>
    (msg: string, fields: LogFields = {}) => {
      if (LEVELS[name] < LEVELS[level]) return
      write(stringify({ level: LEVELS[name], time: clock.now(), msg, ...fields }))
    }
  return { debug: writer('debug'), info: writer('info'), warn: writer('warn'), error: writer('error') }
}

function stringify(line: LogFields): string {
  try {
    return JSON.stringify(line, writable)
  } catch {
    const { level, time, msg, ...fields } = line
    return JSON.stringify({ level, time, msg, unwritable: Object.keys(fields) })
  }
}

function writable(_name: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Error) return { name: value.name, ...('code' in value ? { code: value.code } : {}) }
  return value
}

/** A log that adds `fields` to each line and masks `event` at `pii`. */
export function childLog(log: Log, fields: LogFields, pii: readonly string[]): Log {
  const mask = compileMask(pii)
  const complete = (own: LogFields = {}) => ({
    ...fields,
    ...own,
    ...('event' in own ? { event: mask(own.event) } : {}),
  })
  return {
    debug: (message, own) => log.debug(message, complete(own)),
    info: (message, own) => log.info(message, complete(own)),
    warn: (message, own) => log.warn(message, complete(own)),
    error: (message, own) => log.error(message, complete(own)),
  }
}
