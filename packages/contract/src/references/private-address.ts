/** Tells the addresses of the public internet from all others. */
import { BlockList, isIPv4, isIPv6 } from 'node:net'

/** Private, loopback, link-local, carrier-grade, documentation, multicast and reserved blocks (RFC 6890). */
const IPV4 = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const

/** `64:ff9b::` and `2002::` carry IPv4 addresses and could smuggle a private one. */
const IPV6 = [
  ['::', 127],
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['100::', 64],
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
] as const

const BLOCKED = new BlockList()
for (const [net, prefix] of IPV4) BLOCKED.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of IPV6) BLOCKED.addSubnet(net, prefix, 'ipv6')

/** True for everything that is not a public IP address. IPv4-mapped IPv6 addresses are judged by the IPv4 address. */
export function isPrivateAddress(address: string): boolean {
  if (isIPv4(address)) return BLOCKED.check(address, 'ipv4')
  return !isIPv6(address) || BLOCKED.check(address, 'ipv6')
}
