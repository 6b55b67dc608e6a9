/** The consumers of the first run while they live: their handler, their numbers, their dead letters. */
import {
  type DeadLetter,
  type DeadLetterQueue,
  jsonLog,
  redrive,
  systemClock,
  type Transport,
} from '@longshore/runtime'
import type { ConsumedKind } from './kinds.ts'
import { loadConsumer, type PrintedConsumer } from './prepare.ts'
import { consumersTable, deadLettersTable, type Row } from './screen.ts'
import type { Example, Trouble } from './traffic.ts'

interface Member {
  readonly kind: ConsumedKind
  readonly consumer: InstanceType<PrintedConsumer>
  readonly letters: DeadLetterQueue
}

export interface SessionParts {
  readonly transport: Transport
  readonly kinds: readonly ConsumedKind[]
  readonly trouble: Trouble
}

const SAMPLE_MS = 500

export class Session {
  readonly #members: readonly Member[]
  readonly #repair: () => void
  #rows: readonly Row[] = []
  #letters: readonly DeadLetter[] = []
  #sampling: Promise<void> = Promise.resolve()
  readonly #stopSampling: () => void

  private constructor(members: readonly Member[], repair: () => void) {
    this.#members = members
    this.#repair = repair
    this.#stopSampling = systemClock.every(SAMPLE_MS, () => {
      this.#sampling = this.#sample()
    })
  }

  /** Starts one printed consumer per event. Their handler fails for the messages that are to go wrong. */
  static async start({ transport, kinds, trouble }: SessionParts): Promise<Session> {
    let repaired = false
    let failures = 0
    const handle = async ({ event_id }: Example) => {
      if (event_id === trouble.failsTwice && failures++ < 2) throw new TypeError('a passing fault')
      if (event_id === trouble.failsUntilRepaired && !repaired) throw new Error('what this needs is broken')
    }
    const members = await Promise.all(kinds.map((kind) => join(kind, transport, handle)))
    await Promise.all(members.map(({ consumer }) => consumer.start()))
    return new Session(members, () => {
      repaired = true
    })
  }

  screen(): string {
    return `${consumersTable(this.#rows)}\n\n${deadLettersTable(this.#letters)}`
  }

  /** Repairs what the handler needs, then sends every waiting dead letter back to its own group. */
  async redrive(): Promise<void> {
    this.#repair()
    for (const { letters } of this.#members) await redrive(letters, { clock: systemClock })
  }

  /** Resolves when every message is settled, or when `signal` aborts. */
  async caughtUp(signal: AbortSignal): Promise<void> {
    do {
      await systemClock.sleep(SAMPLE_MS / 5, signal).catch(() => undefined)
      await this.#sample()
    } while (!signal.aborted && this.#rows.some(({ lag }) => lag.some(({ messages }) => messages > 0)))
  }

  /** Drains and answers the last picture. */
  async stop(): Promise<string> {
    this.#stopSampling()
    await this.#sampling
    await this.#sample()
    await Promise.all(this.#members.map(({ consumer }) => consumer.stop()))
    await Promise.all(this.#members.map(({ letters }) => letters.close()))
    return `${this.screen()}\n\nDrained and committed; nothing is lost.`
  }

  async #sample(): Promise<void> {
    const before = new Map(this.#rows.map((row) => [row.event, row]))
    this.#rows = await Promise.all(
      this.#members.map(async ({ kind: { event }, consumer: { run } }) => {
        const atMs = performance.now()
        const settled = run.metrics.acked + run.metrics.deadLettered
        const earlier = before.get(event)
        const perSecond = earlier === undefined ? 0 : ((settled - earlier.settled) * 1_000) / (atMs - earlier.atMs)
        return { event, atMs, settled, perSecond, lag: await run.lag(), metrics: run.metrics }
      }),
    )
    const letters: DeadLetter[] = []
    for (const member of this.#members) for await (const letter of member.letters.read()) letters.push(letter)
    this.#letters = letters
  }
}

async function join(
  kind: ConsumedKind,
  transport: Transport,
  handle: (event: Example) => Promise<void>,
): Promise<Member> {
  const Consumer = await loadConsumer(kind.event)
  const log = jsonLog({ clock: systemClock, level: 'error', write: () => undefined })
  const consumer = new Consumer({ transport, handle, log })
  const { topics, group, dlq, retryTopic, bindings } = consumer.run.subscription
  return {
    kind,
    consumer,
    letters: await transport.deadLetters({
      topics,
      ...(group === undefined ? {} : { group }),
      dlq,
      retryTopic,
      bindings,
    }),
  }
}
