/** Looks which brokers answer, and whether we started them. */
import { BROKERS, type Broker, type BrokerName, brokerUrl } from './brokers.ts'
import { runningContainers } from './compose.ts'
import { findDaemon } from './daemon.ts'

/** What is known of one broker. */
export interface Sighting {
  readonly name: BrokerName
  readonly variable: string
  /** Where it was looked for, as `variable` would say it. May hold a password: print `place`. */
  readonly url: string
  /** Host and port. */
  readonly place: string
  /** `usable`: tests can use it. `refuses`: it answers, see `problem`. `silent`: nobody answers in its protocol. */
  readonly state: 'usable' | 'refuses' | 'silent'
  /** What it says of itself, when it does. */
  readonly version?: string
  /** Why it is not usable. */
  readonly problem?: string
  readonly startedByUs: boolean
}

/** Looks at one broker. */
export async function look(broker: Broker): Promise<Sighting> {
  const url = brokerUrl(broker)
  const answer = await broker.probe(url)
  const state = answer === undefined ? 'silent' : answer.problem === undefined ? 'usable' : 'refuses'
  const problem = answer === undefined ? 'nobody answers' : answer.problem
  const startedByUs = state !== 'silent' && isOurs(broker.name)
  const version = answer?.version ?? (startedByUs ? broker.ourVersion : undefined)
  return {
    name: broker.name,
    variable: broker.variable,
    url,
    place: placeOf(url),
    state,
    startedByUs,
    ...(version !== undefined && { version }),
    ...(problem !== undefined && { problem }),
  }
}

/** Looks at several brokers at once, at all of them by default. */
export function lookAt(brokers: readonly Broker[] = BROKERS): Promise<readonly Sighting[]> {
  return Promise.all(brokers.map(look))
}

function isOurs(name: BrokerName): boolean {
  return findDaemon(name) !== undefined || runningContainers().includes(name)
}

function placeOf(url: string): string {
  return url
    .replace(/^\w+:\/\//, '')
    .replace(/^[^/]*@/, '')
    .replace(/\/.*$/, '')
}
