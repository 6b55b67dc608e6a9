import type { Channel, Contract, Message } from '@longshore/contract'
import type { TransportName } from '../manifest.ts'
import { bindingEvidence } from './bindings.ts'
import type { TransportEvidence } from './evidence.ts'
import { hintEvidence } from './hints.ts'
import { serverEvidence } from './servers.ts'

/** How an event travels, as far as the document tells. */
export interface TransportDetection {
  /** `unknown` when nothing in the document tells: never a guess. */
  readonly transport: TransportName
  /** All transports the document gives the channel, the first being {@link transport}; empty when unknown. */
  readonly transports: readonly TransportName[]
  /** 0 to 1; 0 when unknown. */
  readonly confidence: number
  /** What spoke for each transport, the strongest first, also of those that lost. */
  readonly evidence: readonly string[]
  /** Some server of the transport asks for TLS. */
  readonly tls: boolean
}

/**
 * The transport of a channel, in three tiers, the higher of which wins: explicit bindings (0.99), the protocol of its servers
 * (0.95), and hints: binding fields that only one protocol has, ports, content types, names (0.50 to 0.90).
 * Where bindings contradict each other, the one that a server confirms wins; where none is confirmed, all are kept.
 */
export function detectProtocolBindings(contract: Contract, channel: Channel, message?: Message): TransportDetection {
  const bindings = bindingEvidence(channel, message)
  const servers = serverEvidence(contract, channel)
  const hints = hintEvidence(contract, channel, message)
  const winners = settle(bindings, servers, hints)
  const all = [...bindings, ...servers, ...hints].sort((a, b) => b.confidence - a.confidence)
  return {
    transport: winners[0]?.transport ?? 'unknown',
    transports: winners.map(({ transport }) => transport),
    confidence: winners[0]?.confidence ?? 0,
    evidence: [...new Set(all.map(({ transport, about }) => `${transport}: ${about}`))],
    tls: all.some(({ transport, tls }) => tls && transport === winners[0]?.transport),
  }
}

type Evidence = readonly TransportEvidence[]

function settle(bindings: Evidence, servers: Evidence, hints: Evidence): Evidence {
  const firm = servers.filter(({ confidence }) => confidence >= SERVER)
  if (bindings.length > 0) return confirmed(distinct(bindings), servers)
  if (firm.length > 0) return disambiguated(distinct(firm), hints)
  return distinct([...servers, ...hints])
    .filter(({ confidence }) => confidence >= DECIDES)
    .slice(0, 1)
}

/** Confidence of a server whose protocol is named. */
const SERVER = 0.95

/** Weaker evidence does not name a transport alone. */
const DECIDES = 0.5

function confirmed(bindings: Evidence, servers: Evidence): Evidence {
  const agreeing = bindings.filter(({ transport }) => servers.some((server) => server.transport === transport))
  return agreeing.length > 0 ? agreeing : bindings
}

/** Servers that a channel names are all its own; where it names none and they disagree, a hint chooses. */
function disambiguated(servers: Evidence, hints: Evidence): Evidence {
  if (servers.length === 1 || servers.every(({ named }) => named)) return servers
  const hinted = servers.filter(({ transport }) => distinct(hints)[0]?.transport === transport)
  return hinted.length > 0 ? hinted : servers
}

/** The strongest evidence of each transport, strongest first. */
function distinct(evidence: Evidence): Evidence {
  const best = new Map<string, TransportEvidence>()
  for (const item of evidence) {
    if ((best.get(item.transport)?.confidence ?? 0) < item.confidence) best.set(item.transport, item)
  }
  return [...best.values()].sort((a, b) => b.confidence - a.confidence)
}
