import { randomUUID } from 'node:crypto'
import {
  DEAD_LETTER_HEADERS,
  type DeadLetter,
  type DeadLetterQueue,
  Failure,
  type Headers,
  noteTrimmed,
  readDeadLetterDetails,
  redriveHeaders,
  type Subscription,
} from '@longshore/runtime'
import { brokerFailure } from './broker-failure.ts'
import { readMessage } from './incoming.ts'
import type { Received } from './link.ts'
import type { ResolvedMqttOptions } from './options.ts'
import type { Publisher } from './publisher.ts'
import type { OpenLink } from './session.ts'

/** What became of a letter; absent while it waits. */
const STATUS = 'x-letter-status'

/** The letter has no value. Its message has one byte all the same: an empty one would take the kept one away. */
const EMPTY = 'x-letter-empty'
const ONE_BYTE = Buffer.from([0])

/**
 * Dead letters without a spool: retained messages below the dead letter topic, `<dlq>/<id>`, one each. Whoever subscribes to
 * `<dlq>/#` hears of a new one at once, and finds the old ones; they last as long as the broker keeps what is retained.
 */
export class RetainedLetters {
  readonly #publisher: Publisher
  readonly #openLink: OpenLink
  readonly #options: ResolvedMqttOptions

  constructor(publisher: Publisher, openLink: OpenLink, options: ResolvedMqttOptions) {
    this.#publisher = publisher
    this.#openLink = openLink
    this.#options = options
  }

  /** Resolves when the broker has confirmed it, without what is too much for its largest packet. */
  async bury(dlq: string, value: Uint8Array | null, headers: Headers): Promise<void> {
    const topic = `${dlq}/${this.#options.clock.now().toString().padStart(15, '0')}-${randomUUID()}`
    try {
      await this.#keep(topic, value, headers)
    } catch (error) {
      if (!Failure.is(error) || error.code !== 'BROKER_REFUSED') throw error
      await this.#keep(topic, value, briefly(headers))
    }
  }

  queue(wanted: Pick<Subscription, 'group' | 'dlq' | 'retryTopic'>): DeadLetterQueue {
    const marked = new Map<string, DeadLetter['status']>()
    const mark = async (letter: DeadLetter, status: DeadLetter['status']) => {
      await this.#keep(letter.id, letter.value, { ...letter.headers, [STATUS]: status })
      marked.set(letter.id, status)
    }
    return {
      read: () => this.#read(wanted),
      redrive: async (letter) => {
        if ((marked.get(letter.id) ?? letter.status) !== 'waiting') return
        const headers = redriveHeaders(letter)
        const { keyProperty } = this.#options
        await this.#publisher.send([
          { topic: wanted.retryTopic, value: letter.value, headers: { ...headers, [keyProperty]: letter.key ?? '' } },
        ])
        await mark(letter, 'redriven')
      },
      quarantine: (letter) => mark(letter, 'quarantined'),
      close: async () => {},
    }
  }

  async *#read({ dlq, group }: Pick<Subscription, 'group' | 'dlq'>): AsyncGenerator<DeadLetter> {
    const kept = await this.#kept(`${dlq}/+`)
    for (const message of [...kept].sort((one, other) => (one.topic < other.topic ? -1 : 1))) {
      const letter = this.#toLetter(message)
      if (letter.details.group === undefined || group === undefined || letter.details.group === group) yield letter
    }
  }

  /** Everything retained that a filter matches. What the broker had kept comes before a message of our own that was sent after it. */
  async #kept(filter: string): Promise<readonly Received[]> {
    const marker = `${filter.slice(0, -1)}end/${randomUUID()}`
    const kept: Received[] = []
    let reached = () => {}
    let failed: (error: Error) => void = () => {}
    const end = new Promise<void>((resolve, reject) => {
      reached = resolve
      failed = reject
    })
    const link = await this.#openLink(
      { clientId: `${this.#options.clientId}-letters-${randomUUID()}`, clean: true, sessionExpirySeconds: 0 },
      {
        message(from, message) {
          if (message.topic === marker) reached()
          else if (message.retained) kept.push(message)
          from.acknowledge(message.qos === 0 ? [] : [message])
        },
        ended: (_, error) => failed(brokerFailure(error, `reading ${filter}`)),
      },
    )
    try {
      await link.subscribe([filter, marker], 1, 0)
      await Promise.all([link.publish({ topic: marker, payload: ONE_BYTE, qos: 1 }), end])
    } finally {
      end.catch(() => undefined)
      await link.close()
    }
    return kept
  }

  #toLetter(message: Received): DeadLetter {
    const { headers: all, value } = readMessage(message, this.#options)
    const { [STATUS]: status, [EMPTY]: empty, ...headers } = all
    return {
      id: message.topic,
      key: headers[DEAD_LETTER_HEADERS.originalKey] ?? null,
      value: empty === undefined ? value : null,
      headers,
      details: readDeadLetterDetails(headers, { topic: message.topic, partition: 0, offset: 0n }),
      status: status === 'redriven' || status === 'quarantined' ? status : 'waiting',
    }
  }

  async #keep(topic: string, value: Uint8Array | null, headers: Headers): Promise<void> {
    const retained = { expirySeconds: this.#options.deadLetterExpirySeconds }
    const content = value === null ? { value: ONE_BYTE, headers: { ...headers, [EMPTY]: '1' } } : { value, headers }
    await this.#publisher.send([{ topic, ...content, retained }])
  }
}

const LETTER_NAMES = new Set<string>([...Object.values(DEAD_LETTER_HEADERS), 'traceparent'])

/** What says where the letter came from and why: neither the message's own headers nor the stack. */
function briefly(headers: Headers): Headers {
  const { [DEAD_LETTER_HEADERS.errorStack]: _, ...rest } = headers
  const kept = Object.entries(rest).filter(([name]) => LETTER_NAMES.has(name))
  const missing = Object.keys(rest).filter((name) => !LETTER_NAMES.has(name))
  return noteTrimmed(Object.fromEntries(kept), missing)
}
