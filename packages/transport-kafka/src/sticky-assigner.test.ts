import type { ClusterTopicMetadata } from '@platformatic/kafka'
import { describe, expect, it } from 'vitest'
import { stickyAssigner } from './sticky-assigner.ts'

describe('the sticky assigner', () => {
  it('shares every topic evenly, whatever lies in the others', () => {
    const given = assign({ a: {}, b: {} }, { work: 4, 'work.retry': 4 })
    expect(given).toEqual({ a: { work: 2, 'work.retry': 2 }, b: { work: 2, 'work.retry': 2 } })
  })

  it('gives topics of one partition to different members', () => {
    const given = assign({ a: {}, b: {}, c: {} }, { x: 1, y: 1, z: 1 })
    expect(Object.values(given).map((topics) => Object.keys(topics).length)).toEqual([1, 1, 1])
  })

  it('leaves everything where it is when nobody came or went', () => {
    const held = { a: { work: [1, 3] }, b: { work: [0, 2] } }
    expect(assignments(held, { work: 4 })).toEqual(held)
  })

  it('takes a partition from its owner in one round and gives it away in the next', () => {
    const first = assignments({ a: { work: [0, 1] }, b: {} }, { work: 2 })
    expect(first).toEqual({ a: { work: [0] }, b: {} })
    expect(assignments(first, { work: 2 })).toEqual({ a: { work: [0] }, b: { work: [1] } })
  })

  it('trusts no claim that two members make', () => {
    const given = assignments({ a: { work: [0] }, b: { work: [0] } }, { work: 2 })
    expect(Object.values(given).flatMap(({ work = [] }) => work)).toHaveLength(2)
  })
})

type Held = Record<string, Record<string, number[]>>

function assignments(held: Held, topics: Record<string, number>): Held {
  const members = new Map(
    Object.entries(held).map(([member, owned]) => {
      const ownedPartitions = Object.entries(owned).map(([topic, partitions]) => ({ topic, partitions }))
      return [member, { topics: Object.keys(topics), ownedPartitions, generationId: 1 }]
    }),
  )
  const described = Object.entries(topics).map(([topic, partitionsCount]): [string, ClusterTopicMetadata] => [
    topic,
    { id: topic, partitions: [], partitionsCount, lastUpdate: 0 },
  ])
  const given = stickyAssigner('a', members, new Set(Object.keys(topics)), { topics: new Map(described) })
  return Object.fromEntries(
    given.map(({ memberId, assignments: of }) => [
      memberId,
      Object.fromEntries([...of].map(([topic, { partitions }]) => [topic, partitions])),
    ]),
  )
}

function assign(held: Held, topics: Record<string, number>): Record<string, Record<string, number>> {
  return Object.fromEntries(
    Object.entries(assignments(held, topics)).map(([member, of]) => [
      member,
      Object.fromEntries(Object.entries(of).map(([topic, partitions]) => [topic, partitions.length])),
    ]),
  )
}
