import type { Manifest } from '@longshore/manifest'
import { hasPii, listed } from '../pii.ts'

/** Who sends what to whom, as a graph. */
export interface Flow {
  readonly nodes: readonly FlowNode[]
  readonly edges: readonly FlowEdge[]
}

export interface FlowNode {
  /** `n1`, `n2`, …: safe in any graph language. */
  readonly id: string
  readonly kind: 'sender' | 'topic' | 'receiver' | 'dead-letters'
  readonly label: string
  /** Personal data passes here. */
  readonly pii: boolean
}

export interface FlowEdge {
  readonly from: string
  readonly to: string
  /** Names of the events on it, or what the edge is for. */
  readonly label: string
}

/** Topics with their senders, receivers and dead letters. Events of one topic share its node. */
export function flowOf(manifests: readonly Manifest[]): Flow {
  const steps = manifests.flatMap(stepsOf)
  const ends = steps.flatMap(({ from, to, pii }) => [from, to].map((end) => ({ ...end, pii })))
  const places = Map.groupBy(ends, keyOf)
  const ids = new Map([...places.keys()].map((key, index) => [key, `n${index + 1}`]))
  const nodes = [...places].flatMap(([key, same]) => {
    const first = same.find(({ kind }) => kind === 'dead-letters') ?? same[0]
    const pii = same.some((end) => end.pii)
    return first ? [{ id: ids.get(key) ?? '', kind: first.kind, label: first.label, pii }] : []
  })
  return { nodes, edges: edgesOf(steps, ids) }
}

/** More edges than this make a diagram that nobody reads; Mermaid itself refuses 500. */
const EDGES = 40

/** The flow in parts small enough to draw, each with the places it needs. */
export function partsOf({ nodes, edges }: Flow): readonly Flow[] {
  const starts = Array.from({ length: Math.ceil(edges.length / EDGES) }, (_, index) => index * EDGES)
  return starts.map((start) => {
    const part = edges.slice(start, start + EDGES)
    const needed = new Set(part.flatMap(({ from, to }) => [from, to]))
    return { nodes: nodes.filter(({ id }) => needed.has(id)), edges: part }
  })
}

interface End {
  readonly kind: FlowNode['kind']
  readonly label: string
}

interface Step {
  readonly from: End
  readonly to: End
  readonly label: string
  readonly pii: boolean
}

function stepsOf(manifest: Manifest): readonly Step[] {
  const { topic, dlq, metadata } = manifest.delivery.contract
  const { actions } = manifest.channel
  const step = { label: manifest.event.name, pii: hasPii(manifest) }
  const at: End = { kind: 'topic', label: topic }
  const receivers = metadata.groupId ?? metadata.shared_group ?? counted(metadata.receivers ?? 1, manifest)
  return [
    ...(actions.includes('send')
      ? [{ ...step, from: { kind: 'sender', label: nameOf(manifest) } as const, to: at }]
      : []),
    ...(actions.includes('receive') || actions.length === 0
      ? [{ ...step, from: at, to: { kind: 'receiver', label: receivers } as const }]
      : []),
    ...(dlq === undefined
      ? []
      : [{ ...step, label: 'dead letters', from: at, to: { kind: 'dead-letters', label: dlq } as const }]),
  ]
}

function counted(receivers: number, manifest: Manifest): string {
  return receivers > 1
    ? `${receivers} receivers of ${manifest.delivery.contract.topic}`
    : `receiver of ${manifest.delivery.contract.topic}`
}

/** The described application. */
function nameOf({ metadata }: Manifest): string {
  return metadata.source_file.replace(/\.(ya?ml|json)$/, '')
}

/** A queue of dead letters that is described as a channel too is one place. */
function keyOf({ kind, label }: End): string {
  return kind === 'topic' || kind === 'dead-letters' ? `place ${label}` : `${kind} ${label}`
}

function edgesOf(steps: readonly Step[], ids: ReadonlyMap<string, string>): readonly FlowEdge[] {
  const groups = Map.groupBy(steps, ({ from, to }) => `${keyOf(from)} > ${keyOf(to)}`)
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    const label = listed([...new Set(group.map((step) => step.label))])
    return first ? [{ from: ids.get(keyOf(first.from)) ?? '', to: ids.get(keyOf(first.to)) ?? '', label }] : []
  })
}
