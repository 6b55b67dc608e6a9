import { watch } from 'node:fs'
import { basename, dirname, join, relative, resolve } from 'node:path'
import {
  compareOutput,
  diskFolder,
  type HandlerNews,
  isUpToDate,
  type OutputChanges,
  type Plan,
  plan,
  writeOutput,
} from '@longshore/codegen'
import { type Diagnostic, renderDiagnostics } from '@longshore/contract'
import { type Command, type ExitCode, type Invocation, textFlag } from '../command.ts'
import { DOCUMENT_FLAGS, readDocuments } from '../documents.ts'
import { GENERATE_FLAGS, generateOptions } from '../generate-options.ts'
import { UsageError } from '../usage-error.ts'
import { version } from '../version.ts'

export const generate: Command = {
  usage: '<document|manifest…> --out <folder> [options]',
  about: [
    'Prints one TypeScript consumer per channel: types, validator, consumer, handler, test, and what they need to run.',
    'Handlers and main.ts are written once and are yours. A printed file that was edited is never overwritten without --force.',
  ].join('\n'),
  flags: {
    ...DOCUMENT_FLAGS,
    out: {
      type: 'string',
      short: 'o',
      value: '<folder>',
      about: 'where the files go; default: output of longshore.yaml',
    },
    ...GENERATE_FLAGS,
    check: { type: 'boolean', about: 'write nothing; end with 1 when the folder is not what the contract says' },
    'dry-run': { type: 'boolean', about: 'write nothing; list what would change' },
    force: { type: 'boolean', about: 'overwrite edited and foreign files' },
    watch: { type: 'boolean', about: 'print again on every save of a document, until Ctrl-C' },
  },
  examples: [
    ['longshore generate consumer contracts/user-events.yaml --out src/consumers', 'all events the service receives'],
    [
      'longshore generate consumer contracts/user-events.yaml --out src/consumers --check',
      'in CI: is the output up to date?',
    ],
    ['protocol-generate consumer manifests/user.created.manifest.json -o src/consumers', 'from one manifest'],
  ],
  async run(invocation) {
    const { flags, io, positionals, config } = invocation
    const code = await printOnce(invocation)
    if (flags.watch !== true) return code
    const files = positionals.length > 0 ? positionals : config.contracts
    io.note(`Watching ${files.map((file) => relative(io.cwd, resolve(io.cwd, file))).join(', ')}; Ctrl-C ends.`)
    for await (const _ of saves(
      files.map((file) => resolve(io.cwd, file)),
      io.signal,
    ))
      await printOnce(invocation)
    return 0
  },
}

async function printOnce(invocation: Invocation): Promise<ExitCode> {
  const { flags, io, config } = invocation
  const out = textFlag(flags, 'out') ?? (config.output && relative(io.cwd, config.output))
  if (out === undefined)
    throw new UsageError('Say where the consumers go: --out <folder>, or output in longshore.yaml.')
  const documents = await readDocuments(invocation)
  const errors = documents.flatMap(({ diagnostics }) => diagnostics).filter(({ severity }) => severity === 'error')
  if (errors.length > 0) return refuse(invocation, errors, 'Correct the errors above, then generate again.')
  const options = generateOptions(invocation)
  const planned = plan(
    documents.flatMap(({ manifests }) => manifests),
    options,
  )
  const folder = diskFolder(resolve(io.cwd, out))
  const changes = compareOutput(planned, folder, { options, generator: await version(), force: flags.force === true })
  const located = planned.diagnostics.map((diagnostic) => ({
    ...diagnostic,
    at:
      documents.find(({ file }) => basename(file) === diagnostic.at.file)?.locate(diagnostic.at.pointer) ??
      diagnostic.at,
  }))
  if (located.length > 0) io.note(renderDiagnostics(located, { color: io.color }))
  if (planned.channels.length === 0) return refuse(invocation, [], 'There is no channel to print a consumer for.')
  if (changes.refusals.length > 0)
    return refuse(
      invocation,
      changes.refusals.map((refusal) => below(refusal, out)),
      'Do what the lines above say, or use --force.',
    )
  const lookOnly = flags.check === true || flags['dry-run'] === true
  if (!lookOnly) writeOutput(changes, folder)
  io.print(flags.json === true ? json(changes) : text(changes, planned, out, lookOnly))
  return flags.check === true && !isUpToDate(changes) ? 1 : 0
}

/** Nothing was written, and why. */
function refuse({ io }: Invocation, diagnostics: readonly Diagnostic[], next: string): ExitCode {
  if (diagnostics.length > 0) io.note(renderDiagnostics(diagnostics, { color: io.color }))
  io.note(`Nothing was written. ${next}`)
  return 1
}

function below(refusal: Diagnostic, out: string): Diagnostic {
  return { ...refusal, at: { ...refusal.at, file: join(out, refusal.at.file) } }
}

function json({ created, updated, stale, news }: OutputChanges): string {
  const paths = (files: readonly { readonly path: string }[]) => files.map(({ path }) => path)
  return JSON.stringify({ created: paths(created), updated: paths(updated), removed: stale, news }, null, 2)
}

function text(changes: OutputChanges, { channels, needs }: Plan, out: string, lookOnly: boolean): string {
  const consumers = channels.map(({ name, file }) => `  ${join(out, `${file}.consumer.ts`)}  ${name}Consumer`)
  const several = channels.length === 1 ? '1 consumer' : `${channels.length} consumers`
  if (isUpToDate(changes)) return `Up to date: ${several} in ${out}\n${consumers.join('\n')}`
  const { created, updated, stale, news, outgrown } = changes
  const would = lookOnly ? 'would be ' : ''
  const files = created.length === 1 ? '1 file' : `${created.length} files`
  const counts = `${files} ${would}created, ${updated.length} updated, ${stale.length} removed in ${out}`
  const isFirst = !lookOnly && updated.length + stale.length === 0 && news.every(({ kind }) => kind === 'new')
  return [
    counts,
    ...(lookOnly ? changedFiles(changes) : consumers),
    ...news.filter(({ kind }) => kind !== 'new').flatMap(newsLines),
    ...(outgrown.length === 0
      ? []
      : [`  ${outgrown.join(', ')} changed: adjust the imports of main.ts and the handlers, which are yours.`]),
    ...(isFirst
      ? [`To run:     npm install ${needs.toRun.join(' ')}`, `To compile: npm install -D ${needs.toDevelop.join(' ')}`]
      : []),
  ].join('\n')
}

/** `+` created, `~` updated, `-` removed; what is below support/ is counted. */
function changedFiles({ created, updated, stale }: OutputChanges): readonly string[] {
  const marked = [
    ...created.map(({ path }) => ['+', path] as const),
    ...updated.map(({ path }) => ['~', path] as const),
    ...stale.map((path) => ['-', path] as const),
  ]
  const own = marked.filter(([, path]) => !path.startsWith('support/'))
  const rest = marked.length - own.length
  const lines = own.map(([mark, path]) => `  ${mark} ${path}`)
  return rest === 0 ? lines : [...lines, `    and ${rest} below support/`]
}

function newsLines({ file, kind, added, removed }: HandlerNews): readonly string[] {
  const head =
    kind === 'gone'
      ? `  ${file}.handler.ts has no consumer any more; delete it if you agree`
      : `  for ${file}.handler.ts the contract changed:`
  return [head, ...added.map((field) => `    + ${field}`), ...removed.map((field) => `    - ${field}`)]
}

/** One item per save. Editors replace files, so the folder is watched, and a burst of events counts once. */
async function* saves(files: readonly string[], signal: AbortSignal): AsyncIterable<void> {
  let wake: () => void = () => undefined
  let pending = false
  const watchers = [...new Set(files.map((file) => dirname(file)))].map((folder) =>
    watch(folder, (_, name) => {
      if (name === null || !files.includes(join(folder, name))) return
      pending = true
      wake()
    }),
  )
  signal.addEventListener('abort', () => wake(), { once: true })
  try {
    while (!signal.aborted) {
      if (!pending) await new Promise<void>((resolve) => (wake = resolve))
      if (signal.aborted) return
      await new Promise((resolve) => setTimeout(resolve, 50))
      pending = false
      yield
    }
  } finally {
    for (const watcher of watchers) watcher.close()
  }
}
