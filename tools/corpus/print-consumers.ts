import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { plan } from '@longshore/codegen'
import { loadContract } from '@longshore/contract'
import { toManifests } from '@longshore/manifest'
import type { CorpusDocument } from './corpus.ts'

/** What was printed of one document; `reason` where nothing could be. */
export interface Printed {
  readonly name: string
  readonly consumers: number
  readonly files: number
  readonly reason?: string
}

/** Documents of a folder without an index, such as `../shared/bench/specs`. */
export function plainDocuments(folder: string): readonly CorpusDocument[] {
  const names = readdirSync(folder).filter((name) => /\.(ya?ml|json)$/.test(name))
  return names.sort().map((name) => ({ name, path: join(folder, name), root: folder, tier: 'unlabelled' }))
}

/**
 * Prints the consumers, producers and tests of a document into `folder`, also where it has mistakes that the command would refuse: what is
 * printed must compile all the same. A channel whose transport is not told is taken for Kafka's.
 */
export async function printConsumers(
  document: CorpusDocument,
  folder: string,
  fetch: (url: string) => Promise<string>,
): Promise<Printed> {
  const { name, path, root } = document
  const { contract } = await loadContract(path, { root, allowHttp: true, fetch })
  if (contract === undefined) return { name, consumers: 0, files: 0, reason: 'is not read' }
  const { files, channels } = plan(toManifests(contract), {
    runtime: 'package',
    importExtension: 'ts',
    tests: 'node',
    transport: 'kafka',
    producers: true,
  })
  for (const file of files) {
    mkdirSync(dirname(join(folder, file.path)), { recursive: true })
    writeFileSync(join(folder, file.path), file.text)
  }
  const printed = { name, consumers: channels.length, files: files.length }
  return channels.length > 0 ? printed : { ...printed, reason: 'has no channel on Kafka, AMQP or MQTT' }
}
