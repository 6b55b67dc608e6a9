/** Prints a large document as a folder that start-printed.ts can run, under names that no other run has. */
import { randomUUID } from 'node:crypto'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { channelSamples, plan } from '@longshore/codegen'
import { loadContract } from '@longshore/contract'
import { type Manifest, toManifests } from '@longshore/manifest'
import type { Work } from './start-printed.ts'

const MODULES = join(import.meta.dirname, '../../../node_modules')

export async function printSpec(document: string, protocol: string, folder: string): Promise<Work> {
  const { contract } = await loadContract(document)
  const prefix = `specs-${randomUUID().slice(0, 8)}`
  const manifests = contract === undefined ? [] : toManifests(contract).map((manifest) => renamed(manifest, prefix))
  const { files, channels } = plan(manifests, { runtime: 'package', importExtension: 'ts', tests: 'none' })
  symlinkSync(MODULES, join(folder, 'node_modules'))
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  for (const { path, text } of files) {
    mkdirSync(dirname(join(folder, 'src', path)), { recursive: true })
    writeFileSync(join(folder, 'src', path), text)
  }
  const consumers = channels.map((channel) => ({
    file: channel.file,
    name: channel.name,
    constant: channel.constant,
    messages: channelSamples(channel).map(({ event, valid, headers }) => ({ name: event.name, value: valid, headers })),
  }))
  const work = { protocol, consumers }
  writeFileSync(join(folder, 'work.json'), JSON.stringify(work))
  return work
}

/** Topics, queues, exchanges and groups that no other run has. */
function renamed(manifest: Manifest, prefix: string): Manifest {
  const { contract } = manifest.delivery
  const { metadata, topic, dlq } = contract
  const { exchange, queue, routing_key: key } = metadata
  const separator = contract.transport === 'mqtt' ? '/' : '.'
  const own = (name: string) => `${prefix}${separator}${name}`
  const names = {
    ...(contract.transport === 'kafka' ? { partitions: 1, replicas: 1 } : {}),
    ...(metadata.groupId === undefined ? {} : { groupId: own(metadata.groupId) }),
    ...(exchange === undefined ? {} : { exchange: { ...exchange, name: own(exchange.name) } }),
    ...(queue === undefined ? {} : { queue: own(queue) }),
    ...(key === undefined ? {} : { routing_key: own(key) }),
  }
  return {
    ...manifest,
    delivery: {
      contract: {
        ...contract,
        topic: own(topic),
        ...(dlq === undefined ? {} : { dlq: own(dlq) }),
        metadata: { ...metadata, ...names },
      },
    },
  }
}
