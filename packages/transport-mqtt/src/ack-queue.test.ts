import { describe, expect, it } from 'vitest'
import { AckQueue } from './ack-queue.ts'

describe('acknowledgements', () => {
  it('leave in the order of receipt, whatever is done first', () => {
    const written: number[][] = []
    const acks = new AckQueue({ acknowledge: (messages) => written.push(messages.map(({ packetId }) => packetId)) })
    const tickets = [7, 8, 9].map((packetId) => acks.take({ packetId, qos: 1 }))
    for (const index of [1, 2]) finish(index)
    expect(written).toEqual([])
    finish(0)
    expect(written).toEqual([[7, 8, 9]])

    function finish(index: number) {
      const ticket = tickets[index]
      if (ticket !== undefined) acks.finish(ticket)
      acks.flush()
    }
  })

  it('are not asked for by a message of QoS 0, and none waits behind it', () => {
    const written: number[][] = []
    const acks = new AckQueue({ acknowledge: (messages) => written.push(messages.map(({ packetId }) => packetId)) })
    acks.take({ packetId: 0, qos: 0 })
    acks.finish(acks.take({ packetId: 3, qos: 2 }))
    acks.flush()
    expect(written).toEqual([[3]])
  })
})
