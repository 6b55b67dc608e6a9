import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { type Contract, type Diagnostic, type LoadOptions, type Location, loadContract } from '@longshore/contract'
import { type Manifest, type Review, toManifests, validateManifest } from '@longshore/manifest'
import { type Command, type Invocation, listFlag, textFlag } from './command.ts'
import { UsageError } from './usage-error.ts'

/** Flags of every command that reads contracts. */
export const DOCUMENT_FLAGS: Command['flags'] = Object.freeze({
  only: {
    type: 'string',
    multiple: true,
    value: '<event>',
    about: 'only these events, by event name or channel; may be repeated',
  },
  root: {
    type: 'string',
    value: '<folder>',
    about: 'folder that file references must not leave; default: the project around the document',
  },
  'allow-http': { type: 'boolean', about: 'follow http(s) references; default: they are refused' },
  'allow-private': { type: 'boolean', about: 'with --allow-http: also to private and loopback addresses' },
})

/** One document, read. */
export interface Document {
  readonly file: string
  /** Absent for a manifest file, and where the document could not be read as AsyncAPI. */
  readonly contract?: Contract
  readonly manifests: readonly Manifest[]
  /** Mistakes in the document itself. */
  readonly diagnostics: readonly Diagnostic[]
  locate(pointer: string): Location
}

/** Reads the documents named on the command line, else those of the configuration. AsyncAPI or a single manifest. */
export async function readDocuments({ positionals, flags, config }: Invocation): Promise<readonly Document[]> {
  const root = textFlag(flags, 'root')
  const options = {
    allowHttp: flags['allow-http'] === true,
    allowPrivate: flags['allow-private'] === true,
    httpCache: new Map<string, string>(),
    ...(root === undefined ? {} : { root }),
  }
  const files = positionals.length > 0 ? positionals : config.contracts
  if (files.length === 0) {
    throw new UsageError('Name an AsyncAPI document, or list your contracts in longshore.yaml.')
  }
  const documents = await Promise.all(files.map((file) => readDocument(file, options, config.reviews)))
  return narrow(documents, listFlag(flags, 'only'))
}

async function readDocument(file: string, options: LoadOptions, overrides: readonly Review[]): Promise<Document> {
  const manifest = await readManifest(file)
  if (manifest !== undefined) return manifest
  const { contract, diagnostics } = await loadContract(file, options)
  if (contract === undefined) return { file, manifests: [], diagnostics, locate: (pointer) => start(file, pointer) }
  const locate = (pointer: string) => contract.locate({ file, pointer })
  return { file, contract, manifests: toManifests(contract, { overrides }), diagnostics, locate }
}

/** A manifest is told from a contract by its `protocol`. */
async function readManifest(file: string): Promise<Document | undefined> {
  if (!basename(file).endsWith('.json')) return undefined
  const text = await readFile(file, 'utf8').catch(() => '')
  if (!text.includes('event-protocol/v1')) return undefined
  const value = parseJson(text)
  if (typeof value !== 'object' || value === null || !('protocol' in value)) return undefined
  const diagnostics = validateManifest(value, { file })
  // The manifest's own JSON Schema has just found nothing against it.
  const manifests = diagnostics.length === 0 ? [value as Manifest] : []
  return { file, manifests, diagnostics, locate: (pointer) => start(file, pointer) }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Keeps the events named; a name that fits nothing is a usage error that lists what there is. */
function narrow(documents: readonly Document[], only: readonly string[]): readonly Document[] {
  if (only.length === 0) return documents
  const names = documents.flatMap(({ manifests }) => manifests.flatMap(namesOf))
  const unknown = only.find((name) => !names.includes(name))
  if (unknown !== undefined) {
    throw new UsageError(`There is no event "${unknown}". There are: ${[...new Set(names)].join(', ')}.`)
  }
  return documents.map((document) => ({
    ...document,
    manifests: document.manifests.filter((manifest) => namesOf(manifest).some((name) => only.includes(name))),
  }))
}

function namesOf({ event, channel }: Manifest): readonly string[] {
  return [event.name, channel.name]
}

function start(file: string, pointer: string): Location {
  return { file, line: 1, column: 1, pointer }
}
