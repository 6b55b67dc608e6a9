import { type ChannelPlan, knowsItsMessages } from '../plan/channel-plan.ts'
import { consumerFacts } from '../plan/consumer-facts.ts'
import { Code, type Literal } from '../print/literal.ts'

/** The members of a printed `ConsumerContract`: the facts, and the names of the functions printed beside it. */
export function contractLiteral(channel: ChannelPlan): { readonly [name: string]: Literal | undefined } {
  const { bindings, id, ...facts } = consumerFacts(channel)
  return {
    ...facts,
    validate: new Code(`validate${channel.name}`),
    messageOf: knowsItsMessages(channel) ? new Code(`messageOf${channel.name}`) : undefined,
    id,
    bindings,
  }
}
