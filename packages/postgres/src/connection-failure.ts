import { DependencyDown, Failure } from '@longshore/runtime'

/** What failures and health call the database. */
export const DEPENDENCY = 'postgres'

/** SQLSTATE classes and codes that say "the server or the way to it is away", not "your statement is wrong". */
const AWAY = /^(08...|57P0[1-5]|53300)$/

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
])

/** The client reports a dropped connection by text alone. */
const DROPPED = /Connection terminated|connection error|timeout exceeded when trying to connect|not queryable/i

/** Whether the error says that the database is away, so that neither message nor statement is to blame. */
export function isConnectionLoss(thrown: unknown): boolean {
  if (Failure.is(thrown)) return thrown.dependency === DEPENDENCY
  if (!(thrown instanceof Error)) return false
  const code = sqlState(thrown)
  return code === undefined ? DROPPED.test(thrown.message) : AWAY.test(code) || NETWORK.has(code)
}

/** The same error, or `DependencyDown('postgres')` where the database is away. */
export function asFailure(thrown: unknown): unknown {
  return isConnectionLoss(thrown) && !Failure.is(thrown) ? new DependencyDown(DEPENDENCY, thrown) : thrown
}

/** SQLSTATE, or Node's code of a network error. */
export function sqlState(thrown: unknown): string | undefined {
  const code = typeof thrown === 'object' && thrown !== null && 'code' in thrown ? thrown.code : undefined
  return typeof code === 'string' ? code : undefined
}
