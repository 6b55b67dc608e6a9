import type { DeadLetter, DeadLetterQueue } from '@longshore/runtime'

/** The dead letter queues of several topics, as one. `names` is asked with each reading: topics may have come. */
export class DeadLetterQueues implements DeadLetterQueue {
  readonly #names: () => Promise<readonly string[]>
  readonly #create: (dlq: string) => DeadLetterQueue
  readonly #queues = new Map<string, DeadLetterQueue>()

  constructor(names: () => Promise<readonly string[]>, create: (dlq: string) => DeadLetterQueue) {
    this.#names = names
    this.#create = create
  }

  /** One queue after the other, each from its oldest letter on. */
  async *read(): AsyncGenerator<DeadLetter> {
    for (const dlq of new Set(await this.#names())) yield* this.#queue(dlq).read()
  }

  redrive(letter: DeadLetter): Promise<void> {
    return this.#queue(dlqIn(letter)).redrive(letter)
  }

  quarantine(letter: DeadLetter): Promise<void> {
    return this.#queue(dlqIn(letter)).quarantine(letter)
  }

  async close(): Promise<void> {
    await Promise.all([...this.#queues.values()].map((queue) => queue.close()))
  }

  #queue(dlq: string): DeadLetterQueue {
    const queue = this.#queues.get(dlq) ?? this.#create(dlq)
    this.#queues.set(dlq, queue)
    return queue
  }
}

/** A letter's id is its place: `user.created.dlq/0/17`. */
function dlqIn({ id }: DeadLetter): string {
  return id.split('/', 1)[0] ?? id
}
