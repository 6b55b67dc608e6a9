import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Contract, type Diagnostic, loadContract } from '@longshore/contract'
import { detectProtocolBindings, type Field, type Manifest, toManifests, validateManifest } from '@longshore/manifest'
import type { Corpus, CorpusDocument } from './corpus.ts'

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
  /** Names a label may start with: the payload's type, the message, the channel. */
  readonly roots: readonly string[]
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
    fields: wantsFields ? manifests.flatMap(fieldsOf) : [],
    milliseconds: performance.now() - started,
  }
}

async function readCopy({ folder, httpCopies }: Corpus, url: string): Promise<string> {
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

function fieldsOf({ schema, event, channel, metadata }: Manifest): readonly FieldReport[] {
  const roots = [schema.name ?? '', event.name, lastPart(metadata.pointer), channel.name, channel.address ?? '']
  const report = (fields: readonly Field[], header: boolean) =>
    fields.map((field) => ({ ...judged(field, fields), description: field.description ?? '', header, roots }))
  return [...report(schema.fields, false), ...report(schema.header_fields ?? [], true)]
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
