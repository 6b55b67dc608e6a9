import { wordsOf } from '../schema/names.ts'
import { buildURN, type EventUrn, urnPart } from './urn.ts'

/** What of a document names an event. */
export interface EventNaming {
  /** The channel's address, else its name: `identity/user/{userId}/created`. */
  readonly channel: string
  /** The document's title; gives the domain when the channel has none. */
  readonly title: string
  /** The message's name, when the channel carries several: it then gives the action. */
  readonly message?: string
}

/**
 * The URN of an event. A channel of three or more parts is domain, entity and action; two parts are entity and action with the
 * domain from the title; one part is the entity with action `event`. Parameters, versions and generic words are no part.
 */
export function generateEventURN(naming: EventNaming): string {
  const urn = fromParts(partsOf(naming.channel), domainOf(naming.title))
  return buildURN(naming.message === undefined ? urn : { ...urn, action: actionOf(naming.message, urn.entity) })
}

function fromParts(parts: readonly string[], titleDomain: string): EventUrn {
  const [first, second] = parts
  if (first === undefined) return { domain: titleDomain, entity: titleDomain, action: 'event' }
  if (second === undefined) return { domain: titleDomain, entity: first, action: 'event' }
  if (parts.length === 2) return { domain: titleDomain, entity: first, action: second }
  return { domain: first, entity: second, action: parts.slice(2).join('-') }
}

/** The rest of a longer channel names nothing more; cutting bounds the work on hostile input. */
const LONGEST_CHANNEL = 500

/** A channel's parts, cut at slashes, dots, colons and spaces. */
function partsOf(channel: string): readonly string[] {
  const fixed = channel.slice(0, LONGEST_CHANNEL).replace(/\{[^}]*\}|\[[^\]]*\]|<[^>]*>/g, ' ')
  return fixed.split(/[/.:\s]+/).filter((part) => wordsOf(part).some(isMeaningful))
}

/** The words of a message's name without those the entity already says: `UserCreatedEvent` on `user` is `created`. */
function actionOf(message: string, entity: string): string {
  const said = new Set(wordsOf(entity))
  const rest = wordsOf(message).filter((word) => !said.has(word) && isMeaningful(word))
  return rest.length > 0 ? rest.join('-') : urnPart(message)
}

function domainOf(title: string): string {
  const words = wordsOf(title).filter((word) => isMeaningful(word) && !TITLE_NOISE.has(word))
  return words.length > 0 ? words.slice(0, 3).join('-') : 'unknown'
}

function isMeaningful(word: string): boolean {
  return !GENERIC.has(word) && !/^v?\d*$/.test(word)
}

const GENERIC = new Set('api apis event events topic topics queue queues channel channels message messages'.split(' '))
const TITLE_NOISE = new Set(
  'asyncapi async service services system platform app the a an of for and example sample document spec specification'.split(
    ' ',
  ),
)
