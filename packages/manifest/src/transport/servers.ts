import type { Channel, Contract, Server } from '@longshore/contract'
import type { TransportEvidence } from './evidence.ts'
import { protocolOf, protocolOfPort } from './protocols.ts'

/**
 * Second tier: the protocol of the servers the channel is on. A channel that names no server is on all of them; then an `http`
 * server counts only for a channel that looks like a path, because it is often just the web application around the events.
 */
export function serverEvidence(contract: Contract, channel: Channel): readonly TransportEvidence[] {
  const named = channel.servers.length > 0
  const servers = named ? contract.servers.filter(({ name }) => channel.servers.includes(name)) : contract.servers
  return servers.flatMap((server) => {
    const evidence = evidenceOf(server)
    if (!evidence || (evidence.transport === 'http' && !named && !looksLikePath(channel))) return []
    return [{ ...evidence, named }]
  })
}

function evidenceOf(server: Server): TransportEvidence | undefined {
  const protocol = protocolOf(server.protocol)
  if (protocol) return { ...protocol, confidence: 0.95, about: `server ${server.name} (${server.protocol})` }
  const byPort = protocolOfPort(server.host)
  return byPort && { ...byPort, confidence: 0.85, about: `port of server ${server.name} (${server.protocol})` }
}

function looksLikePath({ address, name }: Channel): boolean {
  return (address ?? name).startsWith('/')
}
