import { type ChannelPlan, knowsItsMessages } from '../plan/channel-plan.ts'
import { consumerFacts } from '../plan/consumer-facts.ts'
import { Code, type Literal } from '../print/literal.ts'
import { piiConstant } from './pii-paths.ts'

/** The members of a printed `ConsumerContract`: the facts, and the names of the functions printed beside it. */
export function contractLiteral(channel: ChannelPlan): { readonly [name: string]: Literal | undefined } {
  const { bindings, id, pii, keyIsPii, ...facts } = consumerFacts(channel)
  const manifests = channel.events.map(({ manifest }) => manifest)
  const constant = piiConstant(channel.name, manifests)
  return {
    ...facts,
    pii: constant === undefined ? pii : new Code(constant),
    keyIsPii,
    validate: new Code(`validate${channel.name}`),
    messageOf: knowsItsMessages(channel) ? new Code(`messageOf${channel.name}`) : undefined,
    id,
    bindings,
  }
}
