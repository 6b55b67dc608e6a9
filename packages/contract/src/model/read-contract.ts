/** Reads the whole document into a {@link Contract}. */
import { createHash } from 'node:crypto'
import type { Contract, NodeRef } from '../contract.ts'
import type { Location } from '../diagnostic.ts'
import type { Identified } from '../identify.ts'
import type { SourceFile } from '../source/source-file.ts'
import { readChannelsV2 } from './channels-v2.ts'
import { readChannelsV3 } from './channels-v3.ts'
import { extensionsOf, tagsOf, texts } from './parts.ts'
import type { Reading } from './reading.ts'
import { readServers } from './servers.ts'

/** `sources` are all files the document leads to, itself included. */
export function readContract(
  reading: Reading,
  { version, line }: Identified,
  sources: readonly SourceFile[],
): Contract {
  const { graph, root } = reading
  const info = graph.get(root, 'info') ?? root
  const owner = ownerOf(reading)
  return {
    file: root.source.file,
    asyncapi: version,
    hash: createHash('sha256').update(root.source.content).digest('hex'),
    title: '',
    version: '',
    ...texts(graph, root, 'id', 'defaultContentType'),
    ...texts(graph, info, 'title', 'version', 'description'),
    ...(owner !== undefined && { owner }),
    tags: [...new Set([...tagsOf(graph, root), ...tagsOf(graph, info)])],
    servers: readServers(reading),
    channels: line === '2' ? readChannelsV2(reading) : readChannelsV3(reading),
    extensions: { ...extensionsOf(info), ...extensionsOf(root) },
    locate: locator(root.source, sources),
  }
}

function ownerOf({ graph, root }: Reading): string | undefined {
  const contact = graph.get(graph.get(root, 'info'), 'contact')
  return graph.string(contact, 'name') ?? graph.string(contact, 'email')
}

function locator(main: SourceFile, sources: readonly SourceFile[]): (node: NodeRef) => Location {
  const byFile = new Map([...sources, main].map((source) => [source.file, source]))
  return ({ file, pointer }) => byFile.get(file)?.locate(pointer) ?? { file, line: 1, column: 1, pointer }
}
