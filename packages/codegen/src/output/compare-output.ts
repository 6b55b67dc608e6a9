import type { Diagnostic } from '@longshore/contract'
import { type GenerateOptions, resolveOptions } from '../options.ts'
import type { Plan, PlannedFile } from '../plan/plan.ts'
import { describeChanges, type HandlerNews } from './handler-news.ts'
import { hashOf, LOCK_FILE, type LockFile, lockOf, printLock, readLock } from './lock-file.ts'
import type { OutputFolder } from './output-folder.ts'

/** What a run would do to a folder. */
export interface OutputChanges {
  readonly created: readonly PlannedFile[]
  readonly updated: readonly PlannedFile[]
  /** Printed before, and no longer part of the output. */
  readonly stale: readonly string[]
  /** What the contract changed for each handler. */
  readonly news: readonly HandlerNews[]
  readonly lock: PlannedFile
  /** Options that shape the files written once, and are not what those were written for: their owner adjusts them. */
  readonly outgrown: readonly string[]
  /** Reasons not to write: edited and foreign files. Empty with `force`. */
  readonly refusals: readonly Diagnostic[]
}

export interface CompareOptions {
  /** The options of the plan, which the lock file records. */
  readonly options: GenerateOptions
  /** Version of this package, which the lock file records. */
  readonly generator: string
  /** Overwrite edited and foreign files. Default false. */
  readonly force?: boolean
}

/** Compares a plan with a folder. Nothing is written. */
export function compareOutput(
  plan: Plan,
  folder: OutputFolder,
  { options, generator, force = false }: CompareOptions,
): OutputChanges {
  const lock = readLock(folder.read(LOCK_FILE))
  const present = new Map(plan.files.map((file) => [file.path, folder.read(file.path)]))
  const next = lockOf(plan, options, generator)
  const created = plan.files.filter(({ path }) => present.get(path) === undefined)
  const updated = plan.files.filter(({ path, text, once }) => !once && isOther(present.get(path), text))
  const planned = new Set(plan.files.map(({ path }) => path))
  const stale = Object.keys(lock?.files ?? {}).filter((path) => !planned.has(path) && folder.read(path) !== undefined)
  return {
    created,
    updated,
    stale: stale.filter((path) => force || !isEdited(lock, path, folder.read(path))),
    news: describeChanges(lock, next),
    lock: { path: LOCK_FILE, text: printLock(next), once: false },
    outgrown: outgrown(lock, options),
    refusals: force ? [] : refusals(lock, folder, updated, stale, planned),
  }
}

/** Whether the folder already is what the plan asks for. */
export function isUpToDate({ created, updated, stale }: OutputChanges): boolean {
  return created.length + updated.length + stale.length === 0
}

/** Writes the changes, all or none. Does nothing when there are refusals, and touches no file that is as it should be. */
export function writeOutput({ created, updated, stale, lock, refusals }: OutputChanges, folder: OutputFolder): void {
  const files = [...created, ...updated, ...(folder.read(lock.path) === lock.text ? [] : [lock])]
  if (refusals.length === 0 && files.length + stale.length > 0) folder.replace(files, stale)
}

const SHAPING = ['client', 'runtime', 'importExtension', 'inbox', 'framework'] as const

function outgrown(lock: LockFile | undefined, options: GenerateOptions): readonly string[] {
  if (lock === undefined) return []
  const [before, now] = [resolveOptions(lock.options), resolveOptions(options)]
  return SHAPING.filter((name) => before[name] !== now[name])
}

function isOther(present: string | undefined, text: string): boolean {
  return present !== undefined && hashOf(present) !== hashOf(text)
}

function isEdited(lock: LockFile | undefined, path: string, present: string | undefined): boolean {
  return present !== undefined && lock?.files[path] !== hashOf(present)
}

function refusals(
  lock: LockFile | undefined,
  folder: OutputFolder,
  updated: readonly PlannedFile[],
  stale: readonly string[],
  planned: ReadonlySet<string>,
): readonly Diagnostic[] {
  const foreign = folder.list().filter((path) => !planned.has(path) && path !== LOCK_FILE)
  if (lock === undefined && foreign.length > 0) return [foreignFolder(foreign)]
  const touched = [...updated.map(({ path }) => path), ...stale]
  return touched
    .filter((path) => isEdited(lock, path, folder.read(path)))
    .map((path) => edited(path, lock?.files[path] !== undefined))
}

function foreignFolder(files: readonly string[]): Diagnostic {
  const [first = ''] = files
  const more = files.length === 1 ? '' : ` and ${files.length - 1} more`
  return refusal(
    'foreign_files',
    `The output folder holds files that were not printed here: ${first}${more}.`,
    'Choose an empty folder, or overwrite with --force.',
    first,
  )
}

function edited(path: string, isKnown: boolean): Diagnostic {
  return refusal(
    isKnown ? 'edited_file' : 'foreign_file',
    isKnown ? `${path} was edited since it was printed.` : `${path} exists and was not printed here.`,
    isKnown
      ? 'Move your change into the handler or the contract, then delete the file; or overwrite it with --force.'
      : 'Move it away, or overwrite it with --force.',
    path,
  )
}

function refusal(code: string, message: string, fix: string, file: string): Diagnostic {
  return { code, severity: 'error', message, fix, at: { file, line: 1, column: 1, pointer: '' } }
}
