/** The events of the contract, as the first run publishes them: topic and example. */
import { loadContract } from '@longshore/contract'
import { type Manifest, toManifests } from '@longshore/manifest'
import { CONTRACT } from './prepare.ts'
import type { EventKind, Example } from './traffic.ts'

export interface ConsumedKind extends EventKind {
  /** `user.created` */
  readonly event: string
  readonly manifest: Manifest
}

export async function readKinds(): Promise<readonly ConsumedKind[]> {
  const { contract } = await loadContract(CONTRACT)
  if (contract === undefined) throw new Error(`${CONTRACT} cannot be read.`)
  return toManifests(contract).map((manifest) => {
    const [example] = manifest.schema.examples ?? []
    if (!isExample(example)) throw new Error(`${manifest.event.name} has no example of an event with a user.`)
    return { event: manifest.event.name, topic: manifest.delivery.contract.topic, example, manifest }
  })
}

function isExample(value: unknown): value is Example {
  return typeof value === 'object' && value !== null && 'event_id' in value && 'user' in value
}
