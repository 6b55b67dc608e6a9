/** Facts of one transport that a contract states, named as the binding names them. */
export interface TransportBindings {
  readonly kafka?: KafkaBinding
  readonly amqp?: AmqpBinding
  readonly mqtt?: MqttBinding
}

export interface KafkaBinding {
  /** Used when the topic has to be created. */
  readonly partitions?: number
  readonly replicas?: number
  /** -1 is for ever. */
  readonly retentionMs?: number
  readonly cleanupPolicy?: readonly ('delete' | 'compact')[]
  /** The topic's `max.message.bytes`. */
  readonly maxMessageBytes?: number
  readonly clientId?: string
}

export interface AmqpBinding {
  readonly exchange?: { readonly name: string; readonly type: 'topic' | 'direct' | 'fanout' | 'headers' }
  /** Absent with an exchange: one of the group's own. Absent without: the topic names it. */
  readonly queue?: string
  readonly routingKeys?: readonly string[]
  /** Default true. */
  readonly durable?: boolean
  readonly exclusive?: boolean
  readonly autoDelete?: boolean
  /** Unacknowledged messages the broker may have out at once. */
  readonly prefetch?: number
  readonly deadLetterExchange?: string
  readonly messageTtlMs?: number
  readonly singleActiveConsumer?: boolean
}

export interface MqttBinding {
  readonly qos: 0 | 1 | 2
  readonly cleanStart?: boolean
  readonly sessionExpirySeconds?: number
  /** Name of the shared subscription. */
  readonly sharedGroup?: string
  readonly retained?: 'handle' | 'skip'
}
