import type { Incoming } from '@longshore/runtime'
import type { Channel, ConsumeMessage } from 'amqplib'
import { describe, expect, it } from 'vitest'
import { Unsettled } from './unsettled.ts'

describe('acknowledgements', () => {
  it('travel in one frame when all that came before is settled too', async () => {
    const { frames, unsettled, messages } = delivered(5)
    for (const message of messages) unsettled.settle(message)
    await Promise.resolve()
    expect(frames).toEqual(['up to 5'])
  })

  it('leave out what is not settled, and let the rest go on', async () => {
    const { frames, unsettled, messages } = delivered(5)
    for (const place of [4, 0, 2]) unsettled.settle(at(messages, place))
    await Promise.resolve()
    expect(frames).toEqual(['5', '3', 'up to 1'])
  })

  it('name no tag twice: what went alone before is not what the rest goes up to', async () => {
    const { frames, unsettled, messages } = delivered(4)
    unsettled.settle(at(messages, 3))
    await Promise.resolve()
    for (const place of [0, 1, 2, 3]) unsettled.settle(at(messages, place))
    await Promise.resolve()
    expect(frames).toEqual(['4', 'up to 3'])
  })
})

function delivered(count: number) {
  const frames: string[] = []
  const ack = ({ fields }: ConsumeMessage, upTo = false) => frames.push(`${upTo ? 'up to ' : ''}${fields.deliveryTag}`)
  const unsettled = new Unsettled({ ack } as Pick<Channel, 'ack'>)
  const messages = Array.from({ length: count }, (_, n) => ({ fields: { deliveryTag: n + 1 } }) as ConsumeMessage)
  for (const message of messages) unsettled.add(message, {} as Incoming, 0)
  return { frames, unsettled, messages }
}

function at(messages: readonly ConsumeMessage[], place: number): ConsumeMessage {
  const message = messages[place]
  if (message === undefined) throw new Error(`No message ${place}.`)
  return message
}
