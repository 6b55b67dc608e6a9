import type { Failure, FailureRecord } from './failure.ts'

/**
 * What the pipeline decided. Only a transport knows the broker's verb for it:
 *
 * | outcome       | Kafka                                   | RabbitMQ                                | MQTT                  |
 * | ------------- | --------------------------------------- | --------------------------------------- | --------------------- |
 * | `ack`         | the watermark may pass the offset       | `basic.ack`                             | PUBACK                |
 * | `retry`       | publish to the retry topic, then ack    | publish to a delay queue, then ack      | inbox schedule        |
 * | `dead-letter` | publish to the DLQ, confirmed, then ack | publish to the DLQ, confirmed, then ack | inbox row, then PUBACK |
 */
export type Outcome =
  | { readonly kind: 'ack' }
  | { readonly kind: 'retry'; readonly afterMs: number; readonly failure: Failure; readonly record: FailureRecord }
  | { readonly kind: 'dead-letter'; readonly failure: Failure; readonly record: FailureRecord }

export const ACK: Outcome = Object.freeze({ kind: 'ack' })
