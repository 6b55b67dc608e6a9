import { describe, expect, it } from 'vitest'
import { MemoryBroker } from './memory-broker.ts'
import type { Member } from './memory-group.ts'

describe('a memory broker', () => {
  it('deals the partitions of a topic among the members of the group that read it, not among all members', () => {
    const broker = new MemoryBroker({ partitions: 4 })
    const orders = member('orders')
    const users = member('users')
    const moreUsers = member('users')
    for (const { member: joining } of [orders, users, moreUsers]) broker.join('group', joining)
    expect(orders.share()).toEqual(['orders/0', 'orders/1', 'orders/2', 'orders/3'])
    expect([...users.share(), ...moreUsers.share()].sort()).toEqual(['users/0', 'users/1', 'users/2', 'users/3'])
  })
})

function member(topic: string) {
  let assigned: readonly { readonly topic: string; readonly partition: number }[] = []
  const joining: Member = {
    topics: [topic],
    wake: () => undefined,
    assign: (partitions) => {
      assigned = partitions
    },
  }
  return { member: joining, share: () => assigned.map(({ topic: name, partition }) => `${name}/${partition}`) }
}
