import assert from 'node:assert/strict'
import {
  type ConsumerContract,
  type ConsumerMetrics,
  type ConsumerOptions,
  consume,
  type DeadLetter,
  type FailureCode,
  type Handler,
  type OutgoingMessage,
} from '@longshore/runtime'
import { MemoryBroker, memoryTransport } from '@longshore/transport-memory'
import { ManualClock } from './manual-clock.ts'
import { type Captured, ConsumerMessageCapture } from './message-capture.ts'
import { silentLog } from './silent-log.ts'

/** What may be said about a message beside its value. */
export type About = Partial<Pick<OutgoingMessage, 'key' | 'headers' | 'messageId'>>

/** What came of a scenario. */
export interface Played<Event> {
  /** Every call of the handler, failed ones included. */
  readonly calls: readonly Captured<Event>[]
  readonly deadLetters: readonly DeadLetter[]
  readonly metrics: ConsumerMetrics
}

/** Messages for a consumer, and what is expected of it. Each verb but the last answers a new scenario; the last one plays it. */
export interface Scenario<Event> {
  when(event: Event, about?: About): Scenario<Event>
  /** Bytes that may be no event at all; `null` is a tombstone. */
  whenRaw(value: Uint8Array | string | null, about?: About): Scenario<Event>
  /** All messages were acknowledged, at once or after retries. */
  thenAcknowledged(): Promise<Played<Event>>
  /** All messages are dead letters, for this reason. */
  thenDeadLettered(code: FailureCode): Promise<Played<Event>>
  /** The handler was called so often for all messages together. */
  thenCalled(times: number): Promise<Played<Event>>
  /** No expectation but your own. */
  play(): Promise<Played<Event>>
}

type Message = About & Pick<OutgoingMessage, 'value'>

/** Longer than the default retry budget of five minutes. */
const LONG_ENOUGH_MS = 10 * 60 * 1_000

/**
 * Plays messages through a consumer in memory, on a clock that passes ten minutes at once: retries cost no time.
 *
 * @example
 * await given(userCreated, handleUserCreated).when({ id: 'u1', email: 'a@b.c' }).thenAcknowledged()
 * await given(userCreated, handleUserCreated).whenRaw('no JSON').thenDeadLettered('DECODE_FAILED')
 */
export function given<Event>(
  contract: ConsumerContract<Event>,
  handler: Handler<Event>,
  options: Omit<ConsumerOptions<Event>, 'clock'> = {},
): Scenario<Event> {
  return scenario((messages) => play(contract, handler, options, messages), [])
}

function scenario<Event>(
  playAll: (messages: readonly Message[]) => Promise<Played<Event>>,
  messages: readonly Message[],
): Scenario<Event> {
  const and = (value: Message['value'], about: About = {}) => scenario(playAll, [...messages, { ...about, value }])
  const expecting = (check: (played: Played<Event>) => void) => async () => {
    const played = await playAll(messages)
    check(played)
    return played
  }
  return {
    when: (event, about) => and(Buffer.from(JSON.stringify(event)), about),
    whenRaw: (value, about) => and(typeof value === 'string' ? Buffer.from(value) : value, about),
    thenAcknowledged: expecting(({ metrics, deadLetters }) => {
      assert.deepEqual(codesOf(deadLetters), [], 'there are dead letters')
      assert.equal(metrics.acked, messages.length, 'not all messages were acknowledged')
    }),
    thenDeadLettered: (code) =>
      expecting(({ deadLetters }) =>
        assert.deepEqual(
          codesOf(deadLetters),
          messages.map(() => code),
        ),
      )(),
    thenCalled: (times) => expecting(({ calls }) => assert.equal(calls.length, times))(),
    play: () => playAll(messages),
  }
}

async function play<Event>(
  contract: ConsumerContract<Event>,
  handler: Handler<Event>,
  options: ConsumerOptions<Event>,
  messages: readonly Message[],
): Promise<Played<Event>> {
  const clock = new ManualClock()
  const transport = memoryTransport({ broker: new MemoryBroker({ partitions: 1 }), clock })
  const capture = new ConsumerMessageCapture(handler)
  const consumer = consume(contract, transport, capture.handle, { log: silentLog, ...options, clock })
  await consumer.start()
  await transport.publish(messages.map((message) => ({ ...message, topic: contract.topic })))
  await clock.turn(LONG_ENOUGH_MS)
  const stopped = consumer.stop()
  await clock.turn(LONG_ENOUGH_MS)
  await stopped
  const queue = await transport.deadLetters(consumer.subscription)
  const deadLetters: DeadLetter[] = []
  for await (const letter of queue.read()) deadLetters.push(letter)
  return { calls: capture.messages, deadLetters, metrics: consumer.metrics }
}

function codesOf(letters: readonly DeadLetter[]): readonly (string | undefined)[] {
  return letters.map(({ details }) => details.errorCode)
}
