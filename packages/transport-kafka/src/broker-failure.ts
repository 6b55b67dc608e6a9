import { Failure, type FailureCode, tlsRefusal } from '@longshore/runtime'

/** Names under which the two clients and the Kafka protocol say that credentials are wrong. */
const CREDENTIALS = new Set([
  'SASL_AUTHENTICATION_FAILED',
  'UNSUPPORTED_SASL_MECHANISM',
  'ILLEGAL_SASL_STATE',
  'PLT_KFK_AUTHENTICATION',
  'KafkaJSSASLAuthenticationError',
])

/** Answers that trying again does not change. */
const REFUSALS = new Set([
  'TOPIC_AUTHORIZATION_FAILED',
  'GROUP_AUTHORIZATION_FAILED',
  'CLUSTER_AUTHORIZATION_FAILED',
  'POLICY_VIOLATION',
  'INCONSISTENT_GROUP_PROTOCOL',
  'INVALID_GROUP_ID',
  'INVALID_SESSION_TIMEOUT',
  'INVALID_TOPIC_EXCEPTION',
  'INVALID_PARTITIONS',
  'INVALID_REPLICATION_FACTOR',
  'INVALID_CONFIG',
  'INVALID_REQUEST',
  'UNSUPPORTED_VERSION',
  'UNSUPPORTED_ASSIGNOR',
  'UNSUPPORTED_COMPRESSION_TYPE',
])

const TOO_LARGE = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'RECORD_TOO_LARGE'])

/** Answers to a commit of a member that the group has gone on without, or is about to: the next owner reads again what it did not commit. */
const OVERTAKEN = [
  'ILLEGAL_GENERATION',
  'UNKNOWN_MEMBER_ID',
  'REBALANCE_IN_PROGRESS',
  'FENCED_MEMBER_EPOCH',
  'STALE_MEMBER_EPOCH',
]

/** What a commit failed with. ASSIGNMENT_LOST where the group has changed meanwhile: nothing is wrong with the broker then. */
export function commitFailure(error: unknown, group: string): Failure {
  const doing = `committing for ${group}`
  const overtaken = OVERTAKEN.find((name) => says(error, name))
  if (overtaken === undefined) return brokerFailure(error, doing)
  return new Failure('ASSIGNMENT_LOST', `Kafka answered ${overtaken} while ${doing}: the group has changed.`, {
    cause: error,
  })
}

/** What a broker client threw, as a failure of the runtime. `doing` ends the sentence "… while". */
export function brokerFailure(error: unknown, doing: string, otherwise: FailureCode = 'BROKER_UNREACHABLE'): Failure {
  if (Failure.is(error)) return error
  const names = errorNames(error)
  if (names.some((name) => CREDENTIALS.has(name)))
    return new Failure('BROKER_REFUSED_CREDENTIALS', `Kafka refused the credentials while ${doing}.`, { cause: error })
  const untrusted = names.map(tlsRefusal).find((words) => words !== undefined)
  if (untrusted !== undefined)
    return new Failure('BROKER_REFUSED', `No TLS connection while ${doing}: ${untrusted}`, { cause: error })
  const refusal = names.find((name) => REFUSALS.has(name))
  if (refusal !== undefined)
    return new Failure('BROKER_REFUSED', `Kafka answered ${refusal} while ${doing}.`, { cause: error })
  const about = otherwise === 'PUBLISH_FAILED' ? 'Kafka did not confirm' : 'Kafka does not answer'
  const said = names.filter((name) => /^[A-Z][A-Z_]+$/.test(name) && !name.startsWith('PLT_')).at(-1)
  const sentence =
    said === undefined || isOfSocket(said) ? `${about}${said ? ` (${said})` : ''}` : `Kafka answered ${said}`
  const perhaps = said === undefined && names.includes('PLT_KFK_NETWORK') ? HUNG_UP : ''
  return new Failure(otherwise, `${sentence} while ${doing}.${perhaps}`, { cause: error })
}

/** All that `@platformatic/kafka` tells of a TLS alert. */
const HUNG_UP = ' It hung up: it went away, or it wants TLS, a certificate or SASL that this client does not give.'

/** `ECONNREFUSED`, `ENOTFOUND`: the operating system's names, not the broker's. */
function isOfSocket(name: string): boolean {
  return /^E[A-Z]+$/.test(name)
}

/** Whether waiting and trying again may help. */
export function mayRecover(failure: Failure): boolean {
  return failure.code === 'BROKER_UNREACHABLE' || failure.class === 'transient'
}

export function isTooLarge(error: unknown): boolean {
  return errorNames(error).some((name) => TOO_LARGE.has(name))
}

/** Whether the protocol's error of this name, `OFFSET_OUT_OF_RANGE`, is somewhere in what was thrown. */
export function says(error: unknown, name: string): boolean {
  return errorNames(error).includes(name)
}

/** Protocol names, codes and class names of an error, its causes and its parts, innermost last. Bounded in depth. */
function errorNames(error: unknown, depth = 0): readonly string[] {
  if (typeof error !== 'object' || error === null || depth > 6) return []
  const { apiId, type, code, name, cause, errors, originalError } = error as { readonly [key: string]: unknown }
  const own = [apiId, type, code, name].filter((value) => typeof value === 'string')
  const parts = [...(Array.isArray(errors) ? errors : []), cause, originalError]
  return [...own, ...parts.flatMap((part) => errorNames(part, depth + 1))]
}
