import type { EventPlan } from '../plan/channel-plan.ts'
import type { Modules } from '../plan/modules.ts'
import { SourceFile } from '../print/source-file.ts'

/** Where an event that travels as no JSON becomes bytes. Written once, never overwritten. */
export function printEncoder({ type, file: stem }: EventPlan, encoding: string, { local }: Modules): string {
  const file = new SourceFile()
  file.type(type, local(`${stem}.event`))
  file.add(`/** What is valid by \`validate${type}\` to ${encoding}. May be async. Throw: it is not sent. */
export function encode${type}(event: ${type}): Uint8Array | Promise<Uint8Array> {
  // TODO encode ${encoding}; until then JSON is written
  return new TextEncoder().encode(JSON.stringify(event))
}`)
  return file.toString()
}
