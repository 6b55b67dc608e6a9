import {
  type DeadLetter,
  type DeadLetterQueue,
  Failure,
  readDeadLetterDetails,
  type Subscription,
} from '@longshore/runtime'
import type { MqttSpool, SpoolLetter } from './spool.ts'

const PAGE = 500

/** The dead letters of one group in the spool. */
export function spooledLetters(
  spool: MqttSpool,
  { dlq, retryTopic: queue }: Pick<Subscription, 'dlq' | 'retryTopic'>,
): DeadLetterQueue {
  const seqOf = ({ id }: DeadLetter): bigint => {
    const digits = id.slice(dlq.length + 1)
    if (!id.startsWith(`${dlq}/`) || !/^\d{1,19}$/.test(digits))
      throw new Failure('CONTRADICTORY_OPTIONS', `${id} is no letter of ${dlq}.`)
    return BigInt(digits)
  }
  return {
    async *read() {
      let after = -1n
      for (;;) {
        const letters = await spool.letters(queue, after, PAGE)
        for (const letter of letters) yield toLetter(letter, dlq)
        const last = letters.at(-1)
        if (last === undefined || letters.length < PAGE) return
        after = last.seq
      }
    },
    redrive: (letter) => spool.redrive(queue, seqOf(letter)),
    quarantine: (letter) => spool.quarantine(queue, seqOf(letter)),
    close: async () => {},
  }
}

function toLetter({ seq, topic, key, value, headers, status }: SpoolLetter, dlq: string): DeadLetter {
  const details = readDeadLetterDetails(headers, { topic, partition: 0, offset: seq })
  return { id: `${dlq}/${seq}`, key, value, headers, details, status }
}
