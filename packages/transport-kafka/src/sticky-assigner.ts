import type {
  ClusterMetadata,
  ExtendedGroupProtocolSubscription,
  GroupPartitionsAssignments,
} from '@platformatic/kafka'

type Members = ReadonlyMap<
  string,
  Pick<ExtendedGroupProtocolSubscription, 'topics' | 'ownedPartitions' | 'generationId'>
>

/** What of one topic a member is to hold. */
interface Share {
  readonly member: string
  readonly partitions: number[]
  /** How many it should have. */
  readonly quota: number
}

/**
 * Shares the partitions of each topic evenly, leaves with a member what it has, and moves the rest in two rounds: a partition is given
 * to its new owner only once the old one has let it go. Even per topic, unlike the client's own: that one counts all topics together and
 * may give one member the topic with all the work and another the empty retry lane.
 */
export function stickyAssigner(
  _leader: string,
  members: Members,
  _topics: ReadonlySet<string>,
  metadata: Pick<ClusterMetadata, 'topics'>,
): GroupPartitionsAssignments[] {
  const assigned = new Map([...members.keys()].sort().map((member) => [member, new Map<string, Assigned>()]))
  const loads = new Map([...members.keys()].map((member) => [member, 0]))
  for (const topic of topicsOf(members)) {
    const owners = ownersOf(topic, members)
    for (const { member, partitions } of shareOut(
      topic,
      metadata.topics.get(topic)?.partitionsCount ?? 0,
      members,
      owners,
      loads,
    )) {
      loads.set(member, (loads.get(member) ?? 0) + partitions.length)
      const free = partitions.filter((partition) => (owners.get(partition) ?? member) === member)
      if (free.length > 0) assigned.get(member)?.set(topic, { topic, partitions: free.sort((a, b) => a - b) })
    }
  }
  return [...assigned].map(([memberId, assignments]) => ({ memberId, assignments }))
}

/** What any member reads: the leader's own topics, which the client passes, leave out those that only others read. */
function topicsOf(members: Members): readonly string[] {
  return [...new Set([...members.values()].flatMap(({ topics = [] }) => topics))].sort()
}

interface Assigned {
  topic: string
  partitions: number[]
}

/** Who holds which partition of a topic. Claims of an older generation, and claims of two at once, are void. */
function ownersOf(topic: string, members: Members): ReadonlyMap<number, string> {
  const newest = Math.max(...[...members.values()].map(({ generationId }) => generationId ?? -1))
  const owners = new Map<number, string>()
  const contested = new Set<number>()
  for (const [member, { ownedPartitions = [], generationId = -1 }] of members) {
    if (generationId < newest) continue
    for (const partition of ownedPartitions.find((owned) => owned.topic === topic)?.partitions ?? []) {
      if (owners.has(partition)) contested.add(partition)
      owners.set(partition, member)
    }
  }
  for (const partition of contested) owners.delete(partition)
  return owners
}

function shareOut(
  topic: string,
  count: number,
  members: Members,
  owners: ReadonlyMap<number, string>,
  loads: ReadonlyMap<string, number>,
): readonly Share[] {
  const shares = sharesOf(topic, count, members, owners, loads)
  const homeless: number[] = []
  for (let partition = 0; partition < count; partition += 1) {
    const home = shares.find(({ member }) => member === owners.get(partition))
    if (home !== undefined && home.partitions.length < home.quota) home.partitions.push(partition)
    else homeless.push(partition)
  }
  for (const partition of homeless)
    shares.find(({ partitions, quota }) => partitions.length < quota)?.partitions.push(partition)
  return shares
}

/** What does not divide evenly goes to those with the least of other topics, and among them to those who have most of this one. */
function sharesOf(
  topic: string,
  count: number,
  members: Members,
  owners: ReadonlyMap<number, string>,
  loads: ReadonlyMap<string, number>,
): readonly Share[] {
  const owned = (member: string) => [...owners.values()].filter((owner) => owner === member).length
  const readers = [...members].filter(([, { topics }]) => topics?.includes(topic)).map(([member]) => member)
  const load = (member: string) => loads.get(member) ?? 0
  readers.sort((a, b) => load(a) - load(b) || owned(b) - owned(a) || (a < b ? -1 : 1))
  const each = Math.floor(count / readers.length)
  return readers.map((member, index) => ({
    member,
    partitions: [],
    quota: each + (index < count % readers.length ? 1 : 0),
  }))
}
