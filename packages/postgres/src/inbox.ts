import { randomUUID } from 'node:crypto'
import { type Claim, Failure, type Inbox, type Lease, type Outcome, type Refusal } from '@longshore/runtime'
import type { Database, Transaction } from './database.ts'
import { count, text } from './rows.ts'

export interface InboxParts {
  readonly database: Database
  /** Quoted. */
  readonly schema: string
  readonly retentionDays: number
  /** Unix milliseconds. */
  readonly now: () => number
}

/** Carries an outcome other than `ack` out of the transaction it rolls back. */
class NotAcked extends Error {
  readonly outcome: Outcome

  constructor(outcome: Outcome) {
    super('rolled back')
    this.outcome = outcome
  }
}

/**
 * The inbox on PostgreSQL. A message costs two round trips beside its handler's own: `BEGIN`, fence and claim together, and `COMMIT`.
 * A duplicate, and a claim under an old fence, write nothing.
 */
export function postgresInbox({ database, schema, retentionDays, now }: InboxParts): Inbox<Transaction> {
  const opening = `select ${schema}.claim($1, $2, $3, $4, $5, $6, $7) as answer`
  const openingAll = `select ${schema}.claim(c.group_name, c.topic, c.partition, c.epoch, c.handler, c.id, decode(c.hash, 'hex')) as answer
    from rows from (json_to_recordset($1::json) as (
      group_name text, topic text, partition integer, epoch bigint, handler text, id text, hash text)) with ordinality
      as c(group_name, topic, partition, epoch, handler, id, hash, place) order by place`
  return {
    about: `${database.about}, kept ${retentionDays} days`,

    async transact(claim, work) {
      try {
        return await database.transaction<Outcome | Refusal>(
          async (tx, [row]) => {
            const answer = refusalOf(row === undefined ? 'no answer' : text(row, 'answer'))
            if (answer !== undefined) return answer
            const outcome = await work(tx)
            if (outcome.kind !== 'ack') throw new NotAcked(outcome)
            return outcome
          },
          { name: `${schema}.claim`, text: opening, values: columns(claim) },
        )
      } catch (thrown) {
        if (thrown instanceof NotAcked) return thrown.outcome
        throw thrown
      }
    },

    async transactAll(batch) {
      return database.transaction(
        async (tx, rows) => {
          const answers = rows.map((row) => refusalOf(text(row, 'answer')))
          const ends = await Promise.allSettled(
            batch.map(async ({ work }, index) => {
              const answer = index < answers.length ? answers[index] : refusalOf('no answer')
              if (answer !== undefined) return answer
              const outcome = await work(tx)
              if (outcome.kind !== 'ack') throw new NotAcked(outcome)
              return outcome
            }),
          )
          // All have ended: none writes on behind the roll-back.
          const failed = ends.find((end) => end.status === 'rejected')
          if (failed !== undefined) throw failed.reason
          return ends.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []))
        },
        {
          name: `${schema}.claim_all`,
          text: openingAll,
          values: [JSON.stringify(batch.map(({ claim }) => asJson(claim)))],
        },
      )
    },

    async lease(claim, leaseMs): Promise<Lease> {
      const token = randomUUID()
      const [row] = await database.query(`select * from ${schema}.lease($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`, [
        ...columns(claim),
        token,
        Math.floor(now()),
        leaseMs,
      ])
      const answer = row === undefined ? 'no answer' : text(row, 'answer')
      if (answer === 'granted') return { kind: 'granted', token }
      if (answer === 'held' && row !== undefined) return { kind: 'held', untilMs: count(row, 'until_ms') }
      const kind = refusalOf(answer)
      if (kind === undefined) throw new Failure('HANDLER_FAILED', `The inbox answered ${answer}.`)
      return { kind }
    },

    async confirm({ fence, handler, id }, token) {
      const rows = await database.query(
        `update ${schema}.inbox set token = null, leased_until_ms = null, claimed_at = now()
         where group_name = $1 and handler = $2 and id = $3 and token = $4 returning 1 as confirmed`,
        [fence.group, handler, id, token],
      )
      return rows.length === 1
    },

    async release({ fence, handler, id }, token) {
      await database.query(
        `delete from ${schema}.inbox where group_name = $1 and handler = $2 and id = $3 and token = $4`,
        [fence.group, handler, id, token],
      )
    },
  }
}

function columns({ fence, handler, id, payloadHash }: Claim): readonly unknown[] {
  return [fence.group, fence.topic, fence.partition, fence.epoch, handler, id, payloadHash]
}

function asJson({ fence: { group, topic, partition, epoch }, handler, id, payloadHash }: Claim) {
  const hash = Buffer.from(payloadHash).toString('hex')
  return { group_name: group, topic, partition, epoch: epoch === null ? null : String(epoch), handler, id, hash }
}

function refusalOf(answer: string): Refusal | undefined {
  if (answer === 'claimed') return undefined
  if (answer === 'duplicate' || answer === 'changed' || answer === 'fenced') return answer
  throw new Failure('HANDLER_FAILED', `The inbox answered ${answer}.`)
}
