import type { ConsumerContract, Violation } from '../consumer-contract.ts'
import type { Delivery } from '../delivery.ts'
import { Failure } from '../failure.ts'
import type { Log } from '../log.ts'
import { ACK } from '../outcome.ts'
import type { Step } from '../step.ts'

export interface ValidateOptions<Event> {
  readonly contract: Pick<ConsumerContract<Event>, 'validate' | 'messageOf' | 'topic'>
  readonly unknownMessage: 'ack' | 'dead-letter'
  readonly log: Log
}

/**
 * Lets through what the contract describes. Fails with SCHEMA_VIOLATED, which names pointers and rules and never values. A tombstone
 * that is to be handled has no schema and passes; the JSON text `null` is no tombstone.
 */
export function validate<Event>({ contract, unknownMessage, log }: ValidateOptions<Event>): Step<unknown, Event> {
  return {
    name: 'validate',
    about: `against the contract's schema; a message the contract does not name: ${unknownMessage}`,
    wrap: (next) => (delivery) => {
      const { body, headers } = delivery
      const isTombstone = delivery.bytes === 0
      const message = isTombstone ? undefined : contract.messageOf?.(body, headers)
      if (!isTombstone && contract.messageOf !== undefined && message === undefined) {
        if (unknownMessage === 'dead-letter') throw new Failure('UNKNOWN_MESSAGE')
        log.warn('message not named by the contract, acknowledged', { topic: contract.topic, source: delivery.source })
        return ACK
      }
      const violations = isTombstone ? NONE : contract.validate(body, headers)
      if (violations.length > 0) throw new Failure('SCHEMA_VIOLATED', summary(violations))
      // The contract's validator has just found nothing against it.
      const valid = delivery as Delivery<Event>
      return next(message === undefined ? valid : { ...valid, message })
    },
  }
}

const NONE: readonly Violation[] = Object.freeze([])

const SHOWN = 5

function summary(violations: readonly Violation[]): string {
  const shown = violations.slice(0, SHOWN).map(({ pointer, message }) => `${pointer || '/'} ${message}`)
  const more = violations.length > SHOWN ? `, and ${violations.length - SHOWN} more` : ''
  return `The message violates its schema: ${shown.join('; ')}${more}.`
}
