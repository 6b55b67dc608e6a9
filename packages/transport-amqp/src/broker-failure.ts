import { Failure, type FailureCode, tlsRefusal } from '@longshore/runtime'
import { conflictIn, describeConflicts } from './conflict.ts'

/**
 * amqplib tells a refusal by its text, and by the protocol's reply code only after the handshake. What is looked for is the broker's
 * own wording, `ACCESS_REFUSED - Login was refused`, not amqplib's.
 */
interface Said {
  readonly text: string
  /** Reply code of AMQP 0-9-1, or the name that the operating system or TLS gives an error. */
  readonly code: number | string | undefined
}

/** Reply codes that trying again does not change: the request, or the right to it, is wrong. */
const REFUSALS = new Map<number | string | undefined, string>([
  [402, 'INVALID_PATH'],
  [403, 'ACCESS_REFUSED'],
  [404, 'NOT_FOUND'],
  [405, 'RESOURCE_LOCKED'],
  [406, 'PRECONDITION_FAILED'],
  [530, 'NOT_ALLOWED'],
  [540, 'NOT_IMPLEMENTED'],
])

/** amqplib does not tell why the handshake ended at its last step, which is about the virtual host and nothing else. */
const VHOST_REFUSED = /NOT_ALLOWED.*vhost|vhost .* not found|Expected ConnectionOpenOk; got <ConnectionClose/i

/** What the client threw, as a failure of the runtime. `doing` ends the sentence "… while". */
export function brokerFailure(error: unknown, doing: string, otherwise: FailureCode = 'BROKER_UNREACHABLE'): Failure {
  if (Failure.is(error)) return error
  const said = whatItSays(error)
  const refused = (message: string, code: FailureCode = 'BROKER_REFUSED') =>
    new Failure(code, message, { cause: error })
  if (/Login was refused|SASL mechanism|Handshake terminated by server: 403/.test(said.text))
    return refused(`RabbitMQ refused the credentials while ${doing}.`, 'BROKER_REFUSED_CREDENTIALS')
  if (VHOST_REFUSED.test(said.text))
    return refused(
      `RabbitMQ does not let this user into the virtual host, or there is none of that name, while ${doing}.`,
    )
  const conflict = conflictIn(said.text)
  if (conflict !== undefined) return refused(describeConflicts([conflict]))
  const untrusted = typeof said.code === 'string' ? tlsRefusal(said.code) : undefined
  if (untrusted !== undefined) return refused(`No TLS connection while ${doing}: ${untrusted}`)
  const timeoutMs = consumerTimeoutIn(error)
  if (timeoutMs !== undefined)
    return refused(
      `RabbitMQ closed the channel: a message was not settled within ${timeoutMs / 1_000} s (consumer_timeout).`,
      'ASSIGNMENT_LOST',
    )
  const name = REFUSALS.get(said.code)
  if (name !== undefined) return refused(`RabbitMQ answered ${name} while ${doing}.${hintFor(said)}`)
  const about = otherwise === 'PUBLISH_FAILED' ? 'RabbitMQ did not confirm' : 'RabbitMQ does not answer'
  const perhaps =
    said.code === 'ECONNRESET' && doing.startsWith('connecting')
      ? ' It hung up; a port that speaks TLS alone does so at an amqp:// address.'
      : ''
  return refused(`${about}${said.code === undefined ? '' : ` (${said.code})`} while ${doing}.${perhaps}`, otherwise)
}

/** Whether waiting and trying again may help. */
export function mayRecover(failure: Failure): boolean {
  return failure.code === 'BROKER_UNREACHABLE' || failure.class === 'transient'
}

/** Whether what was asked for is not there. */
export function isMissing(error: unknown): boolean {
  return whatItSays(Failure.is(error) ? error.cause : error).code === 404
}

/** The limit in bytes, when the broker closed the channel because of a message above it. */
export function sizeLimitIn(error: unknown): number | undefined {
  const limit = /message size \d+\D+max size (\d+)/.exec(whatItSays(error).text)?.[1]
  return limit === undefined ? undefined : Number(limit)
}

/** How long a message may stay unacknowledged, in milliseconds, when the broker closed the channel because one did. */
export function consumerTimeoutIn(error: unknown): number | undefined {
  const timeoutMs = /acknowledgement.* timed out\. Timeout value used: (\d+) ms/.exec(textOf(error))?.[1]
  return timeoutMs === undefined ? undefined : Number(timeoutMs)
}

/** The exchange that is not there, or may not be written to, when the broker closed the channel because of it. */
export function exchangeIn(error: unknown): string | undefined {
  const { text, code } = whatItSays(error)
  return code === 403 || code === 404 ? /exchange '([^']*)'/.exec(text)?.[1] : undefined
}

function hintFor({ text, code }: Said): string {
  const place = /(queue|exchange) '([^']*)'/.exec(text)
  if (place === null) return ''
  const [, kind, name] = place
  if (code === 404) return ` There is no ${kind} ${name}; check its name, or declare it.`
  if (code === 403) return ` This user has no right to the ${kind} ${name}.`
  if (code === 405) return ` The ${kind} ${name} is exclusive to another connection.`
  return ` It is about the ${kind} ${name}.`
}

/** The broker's words, or the client's. */
export function textOf(error: unknown): string {
  return whatItSays(error).text
}

function whatItSays(error: unknown): Said {
  if (typeof error !== 'object' || error === null) return { text: String(error), code: undefined }
  const { message, code } = error as { readonly [name: string]: unknown }
  return {
    text: typeof message === 'string' ? message : '',
    code: typeof code === 'number' || typeof code === 'string' ? code : undefined,
  }
}
