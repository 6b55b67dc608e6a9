import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Contract, type Diagnostic, type JsonSchema, loadContract } from '@longshore/contract'
import {
  detectProtocolBindings,
  type Field,
  flatten,
  type Manifest,
  toManifests,
  validateManifest,
} from '@longshore/manifest'
import type { Corpus, CorpusDocument } from './corpus.ts'
import { componentsAsContract } from './unused-components.ts'

/** What our reader makes of one document. */
export interface DocumentReport {
  readonly name: string
  readonly outcome: 'imported' | 'refused'
  /** `file:line:column: code: message` of the errors that refused it, a few at most. */
  readonly errors: readonly string[]
  readonly manifests: number
  /** Manifests that do not validate against their own schema, by the first thing that is wrong with them. */
  readonly invalidManifests: readonly string[]
  readonly channels: readonly ChannelReport[]
  /** Only where asked for: they are many. */
  readonly fields: readonly FieldReport[]
  readonly milliseconds: number
}

export interface ChannelReport {
  readonly name: string
  readonly address: string
  readonly transports: readonly string[]
}

/** A field of a manifest and where it is. An object counts as personal when a field inside it does. */
export interface FieldReport extends Pick<Field, 'path' | 'name' | 'pii' | 'category' | 'tier' | 'confidence'> {
  readonly description: string
  readonly header: boolean
  /** The field's path after each name it may be told from: a type around it, the message, the channel. */
  readonly qualified: readonly string[]
  /** Of a component that was read by itself. */
  readonly unused: boolean
}

const MOST_ERRORS = 3

export async function readDocument(
  corpus: Corpus,
  document: CorpusDocument,
  wantsFields: boolean,
): Promise<DocumentReport> {
  const started = performance.now()
  const options = { root: document.root, allowHttp: true, fetch: (url: string) => readCopy(corpus, url) }
  const { contract, diagnostics } = await loadContract(document.path, options)
  const manifests = contract ? toManifests(contract) : []
  const components = wantsFields ? await componentsAsContract(document.path, options) : undefined
  const errors = diagnostics.filter(({ severity }) => severity === 'error')
  return {
    name: document.name,
    outcome: contract && errors.length === 0 ? 'imported' : 'refused',
    errors: errors.slice(0, MOST_ERRORS).map(printed),
    manifests: manifests.length,
    invalidManifests: manifests.flatMap((manifest) =>
      validateManifest(manifest)
        .slice(0, 1)
        .map(({ message }) => message),
    ),
    channels: contract ? channelsOf(contract) : [],
    fields: wantsFields
      ? [...manifests.flatMap(fieldsOf(false)), ...(components ? toManifests(components).flatMap(fieldsOf(true)) : [])]
      : [],
    milliseconds: performance.now() - started,
  }
}

/** The stored copy of a document on the network. */
export async function readCopy({ folder, httpCopies }: Corpus, url: string): Promise<string> {
  const copy = httpCopies[url]
  if (!copy) throw new Error('the corpus has no copy of it')
  return readFileSync(join(folder, copy), 'utf8')
}

function printed({ at, code, message }: Diagnostic): string {
  return `${at.file}:${at.line}:${at.column}: ${code}: ${message}`
}

function channelsOf(contract: Contract): readonly ChannelReport[] {
  return contract.channels.map((channel) => ({
    name: channel.name,
    address: channel.address ?? '',
    transports: detectProtocolBindings(contract, channel).transports,
  }))
}

function fieldsOf(unused: boolean): (manifest: Manifest) => readonly FieldReport[] {
  return ({ schema, event, channel, metadata }) => {
    const roots = [event.name, lastPart(metadata.pointer), channel.name, channel.address ?? '']
    const report = (
      fields: readonly Field[],
      structure: JsonSchema | undefined,
      name: string | undefined,
      header: boolean,
    ) => {
      const owners = new Map(flatten(structure ?? true, name).map((field) => [field.path, field.owners]))
      return fields.map((field) => ({
        ...judged(field, fields),
        description: field.description ?? '',
        header,
        qualified: qualified(field.path, [...(owners.get(field.path) ?? []), roots]),
        unused,
      }))
    }
    const { fields, payload, headers, name, header_fields = [] } = schema
    return [...report(fields, payload, name, false), ...report(header_fields, headers, undefined, true)]
  }
}

/** `a.b.c` inside type `B` inside message `M`: `B.c`, `b.c`, `M.a.b.c`, … */
function qualified(path: string, levels: readonly (readonly string[])[]): readonly string[] {
  const parts = path.split('.')
  return levels.flatMap((names, level) => {
    const below = level === levels.length - 1 ? parts : parts.slice(-1 - level)
    return names.map((name) => `${name}.${below.join('.')}`)
  })
}

type Judged = Pick<FieldReport, 'path' | 'name' | 'pii' | 'category' | 'tier' | 'confidence'>

function judged({ path, name, ...own }: Field, fields: readonly Field[]): Judged {
  const inside = fields.filter(
    (field) => field.pii && (field.path.startsWith(`${path}.`) || field.path.startsWith(`${path}[]`)),
  )
  const [surest] = inside.sort((a, b) => (b.confidence ?? 0) - (a.confidence ?? 0))
  const { pii, category, tier, confidence } = own.pii ? own : (surest ?? own)
  return {
    path,
    name,
    pii,
    ...(category && { category }),
    ...(tier && { tier }),
    ...(confidence !== undefined && { confidence }),
  }
}

function lastPart(pointer: string): string {
  return pointer
    .slice(pointer.lastIndexOf('/') + 1)
    .replaceAll('~1', '/')
    .replaceAll('~0', '~')
}
