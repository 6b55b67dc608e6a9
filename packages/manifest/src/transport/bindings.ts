import type { Bindings, Channel, Message } from '@longshore/contract'
import type { TransportEvidence } from './evidence.ts'
import { protocolOf } from './protocols.ts'

/** First tier: a binding on the channel, one of its operations or the message names the protocol. */
export function bindingEvidence(channel: Channel, message?: Message): readonly TransportEvidence[] {
  const operations = channel.operations.filter((operation) => isOf(operation.messages, message))
  return [
    ...evidenceOf(channel.bindings, 'channel binding'),
    ...operations.flatMap(({ bindings, name }) => evidenceOf(bindings, `binding of operation ${name}`)),
    ...(message ? evidenceOf(message.bindings, `binding of message ${message.name}`) : []),
  ]
}

function isOf(messages: readonly string[], message: Message | undefined): boolean {
  return messages.length === 0 || message === undefined || messages.includes(message.name)
}

function evidenceOf(bindings: Bindings, about: string): readonly TransportEvidence[] {
  return Object.keys(bindings).flatMap((name) => {
    const protocol = protocolOf(name)
    return protocol ? [{ ...protocol, confidence: 0.99, about }] : []
  })
}
