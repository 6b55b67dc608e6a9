import { Failure, type FailureCode, tlsRefusal } from '@longshore/runtime'

/**
 * Reason codes that trying again does not change; CONNACK, SUBACK and PUBACK of MQTT 5 (section 2.4), and CONNACK of 3.1.1
 * (section 3.2.2.3) below 16.
 */
const REFUSALS: { readonly [code: number]: string } = Object.freeze({
  1: 'the protocol version is not spoken here',
  2: 'the client id is not accepted',
  132: 'the protocol version is not spoken here',
  133: 'the client id is not accepted',
  138: 'this client is banned',
  142: 'another client has connected under the same client id; give each process its own',
  143: 'the topic filter is not accepted',
  144: 'the topic name is not accepted',
  149: 'the packet is too large',
  154: 'retained messages are not supported',
  155: 'the quality of service is not supported',
  158: 'shared subscriptions are not supported',
  162: 'wildcard subscriptions are not supported',
})

const CREDENTIALS = new Set([4, 5, 134, 135, 140])

/** What the client reported, as a failure of the runtime. `doing` ends the sentence "… while". */
export function brokerFailure(error: unknown, doing: string, otherwise: FailureCode = 'BROKER_UNREACHABLE'): Failure {
  if (Failure.is(error)) return error
  const code = codeOf(error)
  if (typeof code === 'number') return refusedWith(code, doing, otherwise, error)
  const untrusted = code === undefined ? undefined : tlsRefusal(code)
  if (untrusted !== undefined)
    return new Failure('BROKER_REFUSED', `No TLS connection while ${doing}: ${untrusted}`, { cause: error })
  const about = otherwise === 'PUBLISH_FAILED' ? 'The MQTT broker did not confirm' : 'The MQTT broker does not answer'
  const perhaps =
    code === 'ECONNRESET' && doing.startsWith('connecting')
      ? ' It hung up; a broker does so when one side speaks TLS and the other does not.'
      : ''
  const sentence = `${about}${code === undefined ? '' : ` (${code})`} while ${doing}.${perhaps}`
  return new Failure(otherwise, sentence, { cause: error })
}

/** A reason code of the broker as a failure. */
export function refusedWith(code: number, doing: string, otherwise: FailureCode, cause?: unknown): Failure {
  if (CREDENTIALS.has(code) && otherwise === 'BROKER_UNREACHABLE')
    return new Failure('BROKER_REFUSED_CREDENTIALS', `The MQTT broker refused the credentials while ${doing}.`, {
      cause,
    })
  const reason = REFUSALS[code]
  if (reason === undefined)
    return new Failure(otherwise, `The MQTT broker answered reason code ${code} while ${doing}.`, { cause })
  const refused = otherwise === 'PUBLISH_FAILED' ? otherwise : 'BROKER_REFUSED'
  return new Failure(refused, `The MQTT broker refused: ${reason} (${code}) while ${doing}.`, { cause })
}

/** Whether the connection ended because another client has the same client id. */
export function isTakenOver({ cause }: Failure): boolean {
  return codeOf(cause) === 142
}

/** Whether waiting and trying again may help. */
export function mayRecover(failure: Failure): boolean {
  return failure.code === 'BROKER_UNREACHABLE' || failure.class === 'transient' || failure.class === 'dependency-down'
}

function codeOf(error: unknown): number | string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined
  const { code } = error
  return typeof code === 'number' || typeof code === 'string' ? code : undefined
}
