import type { ChannelPlan } from '../plan/channel-plan.ts'
import type { Modules } from '../plan/modules.ts'
import { SourceFile } from '../print/source-file.ts'

/** Where bytes that are no JSON become the value that the contract describes. Written once, never overwritten. */
export function printDecoder({ name }: ChannelPlan, encoding: string, { runtime }: Modules): string {
  const file = new SourceFile()
  const type = file.type('Decode', runtime)
  file.add(`/**
 * ${encoding} to the value that \`validate${name}\` describes, headers at hand for a schema's id. May be async. Throw: dead letter at once;
 * \`DependencyDown\`: the consumer waits, for a schema registry that is away.
 */
export const decode${name}: ${type} = (bytes) => {
  // TODO decode ${encoding}; until then JSON is read
  return JSON.parse(new TextDecoder().decode(bytes))
}`)
  return file.toString()
}
