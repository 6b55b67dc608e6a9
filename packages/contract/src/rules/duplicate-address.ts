/** Two channels (3.x) on one address of one server: what arrives there can be told apart by its messages at best. */
import type { Channel } from '../contract.ts'
import type { Rule } from './rule.ts'

export const duplicateAddress: Rule = {
  code: 'duplicate_address',
  severity: 'warn',
  about: 'No two channels share an address on the same server.',
  fix: 'Make them one channel with several messages, or limit them to different servers.',
  *check({ contract }) {
    const seen = new Map<string, Channel>()
    for (const channel of contract.channels) {
      if (channel.address === null) continue
      const other = rivalsOf(channel)
        .map((place) => seen.get(place))
        .find(Boolean)
      if (other) yield { message: shared(other, channel), at: channel.at }
      for (const place of placesOf(channel)) if (!seen.has(place)) seen.set(place, channel)
    }
  },
}

function shared(one: Channel, other: Channel): string {
  return `The channels "${one.name}" and "${other.name}" share the address "${other.address}".`
}

/** The places where a channel would meet another one: no servers means all of them. */
function rivalsOf({ address, servers }: Channel): string[] {
  return servers.length === 0
    ? [`any ${address}`]
    : [`all ${address}`, ...servers.map((name) => `on ${name} ${address}`)]
}

/** The places where others meet it. */
function placesOf({ address, servers }: Channel): string[] {
  return [
    `any ${address}`,
    ...(servers.length === 0 ? [`all ${address}`] : servers.map((name) => `on ${name} ${address}`)),
  ]
}
