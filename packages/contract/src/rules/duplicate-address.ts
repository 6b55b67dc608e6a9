/** Two channels (3.x) on one address of one server: what arrives there can be told apart by its messages at best. */
import type { Channel } from '../contract.ts'
import type { Rule } from './rule.ts'

export const duplicateAddress: Rule = {
  code: 'duplicate_address',
  severity: 'warn',
  about: 'No two channels share an address on the same server.',
  fix: 'Make them one channel with several messages, or limit them to different servers.',
  *check({ contract }) {
    const byAddress = Map.groupBy(contract.channels, ({ address }) => address)
    for (const [address, channels] of byAddress) {
      if (address === null) continue
      for (const [index, channel] of channels.entries()) {
        const other = channels.slice(0, index).find((earlier) => shareServer(earlier, channel))
        if (other)
          yield {
            message: `The channels "${other.name}" and "${channel.name}" share the address "${address}".`,
            at: channel.at,
          }
      }
    }
  },
}

/** No servers means all of them. */
function shareServer(a: Channel, b: Channel): boolean {
  return a.servers.length === 0 || b.servers.length === 0 || a.servers.some((name) => b.servers.includes(name))
}
