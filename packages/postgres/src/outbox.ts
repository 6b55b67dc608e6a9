import { hash, randomBytes, randomUUID } from 'node:crypto'
import type { Outbox, OutgoingMessage } from '@longshore/runtime'
import type { Sql } from './database.ts'
import { quoteSchema, SCHEMA } from './migrate.ts'
import { headersBase64 } from './rows.ts'

/**
 * In how many parts messages are relayed, each by one process at a time. Fixed: were it to change, two relays might publish one key.
 */
export const OUTBOX_SHARDS = 16

/**
 * The outbox on PostgreSQL: give it the transaction of your effect, `context.tx` or one of your own. Writers of one key wait for each
 * other's end, so that messages are published in the order their transactions were committed; add to several keys in one call, so that
 * two transactions cannot wait for each other.
 */
export function postgresOutbox({ schema = SCHEMA }: { readonly schema?: string } = {}): Outbox<Sql> {
  const statement = `select ${quoteSchema(schema)}.outbox_add($1, $2)`
  return {
    async add(tx, messages) {
      if (messages.length > 0) await tx.query(statement, [JSON.stringify(messages.map(asJson)), OUTBOX_SHARDS])
    },
  }
}

/** Bytes travel in base64, so that none is lost. */
function asJson({ topic, exchange, key, value, headers = {}, messageId = randomUUID() }: OutgoingMessage) {
  return {
    keyHash: String(keyHash(topic, exchange, key)),
    topic,
    exchange: exchange ?? null,
    key: key === null || key === undefined ? null : Buffer.from(key).toString('base64'),
    value: value === null ? null : Buffer.from(value).toString('base64'),
    headers: headersBase64(headers),
    id: messageId,
  }
}

/** Of all that keeps its order together. Without a key a message stands alone. */
function keyHash(topic: string, exchange: string | undefined, key: string | null | undefined): bigint {
  if (key === null || key === undefined) return randomBytes(8).readBigInt64BE()
  return hash('sha256', JSON.stringify([exchange, topic, key]), 'buffer').readBigInt64BE()
}
