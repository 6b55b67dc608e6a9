/** Structured logging in pino's shape, its arguments turned round: message first, then fields. */
export interface Log {
  debug(message: string, fields?: LogFields): void
  info(message: string, fields?: LogFields): void
  warn(message: string, fields?: LogFields): void
  error(message: string, fields?: LogFields): void
}

/** `event` is masked by the contract's PII paths before it is written. */
export type LogFields = { readonly [name: string]: unknown }
