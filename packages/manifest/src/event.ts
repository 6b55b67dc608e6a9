import type { Channel, Contract, Message } from '@longshore/contract'
import type { Manifest } from './manifest.ts'
import { asText } from './schema/json.ts'

/** Name, version and lifecycle of an event. */
export function eventOf(contract: Contract, channel: Channel, message?: Message): Manifest['event'] {
  const sunset = asText(message?.extensions['x-sunset']) ?? asText(channel.extensions['x-sunset'])
  const deprecated = message?.deprecated === true || message?.extensions['x-deprecated'] === true
  return {
    name: eventName(channel, message),
    version: semver(asText(message?.extensions['x-version']) ?? contract.version),
    lifecycle: { status: deprecated ? 'deprecated' : 'active', ...(sunset && { sunset_at: sunset }) },
  }
}

/** What the wire calls the event, else the message's name in the document, else the channel. */
export function eventName(channel: Channel, message?: Message): string {
  return message?.wireName ?? message?.name ?? channel.address ?? channel.name
}

/** A document's version as `major.minor.patch`: `v2` is `2.0.0`, none is `0.0.0`. Other text stays as it is. */
function semver(version: string): string {
  const [, major, minor = '0', patch = '0', rest = ''] =
    /^v?(\d+)(?:\.(\d+))?(?:\.(\d+))?([-+].*)?$/.exec(version.trim()) ?? []
  return major === undefined ? version.trim() || '0.0.0' : `${major}.${minor}.${patch}${rest}`
}

/** One sentence on what the event is for: the first of the message's, the operation's or the channel's description. */
export function purposeOf(channel: Channel, message?: Message): string {
  const operations = channel.operations.flatMap(({ summary, description }) => [summary, description])
  const texts = [
    message?.summary,
    message?.description,
    ...operations,
    channel.description,
    message?.title,
    channel.title,
  ]
  const text = texts.map(asText).find(Boolean)
  return text ? firstSentence(text) : `Event ${eventName(channel, message)}.`
}

const LONGEST_PURPOSE = 240

function firstSentence(text: string): string {
  const plain = text.replaceAll(/\s+/g, ' ').trim()
  const end = /[.!?](?= [\p{Lu}\d`*([]|$)/u.exec(plain)
  const sentence = end ? plain.slice(0, end.index + 1) : plain
  return sentence.length > LONGEST_PURPOSE ? `${sentence.slice(0, LONGEST_PURPOSE - 1).trimEnd()}…` : sentence
}
