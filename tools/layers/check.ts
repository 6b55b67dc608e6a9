/** Holds every import of the workspace against the rules. */
import { isBuiltin } from 'node:module'
import { posix } from 'node:path'
import { findCycles } from './cycles.ts'
import type { Import } from './read-imports.ts'
import { LAYERS, TEST_TOOLS } from './rules.ts'
import type { Package, SourceFile, Workspace } from './workspace.ts'

/** An import that breaks a rule. */
export interface Offence {
  readonly file: string
  /** From 1. */
  readonly line: number
  /** The offending statement, on one line. */
  readonly text: string
  readonly why: string
}

/** All offences, by file and line; none when the house is in order. */
export function checkLayers(workspace: Workspace): readonly Offence[] {
  const single = workspace.files.flatMap((file) =>
    file.imports.flatMap((it) => {
      const why = judge(file, it, workspace)
      return why === undefined ? [] : [offence(file, it, why)]
    }),
  )
  const cycles = findCycles(workspace.files).map(({ file, import: it, path }) =>
    offence(file, it, `closes a cycle: ${path.join(' → ')}`),
  )
  return [...single, ...cycles]
}

/** As one line: `file:line: text — why`. */
export function offenceLine({ file, line, text, why }: Offence): string {
  return `${file}:${line}: ${text} — ${why}`
}

function offence({ path, source }: SourceFile, { start, end }: Import, why: string): Offence {
  const line = source.slice(0, start).split('\n').length
  return { file: path, line, text: source.slice(start, end).replace(/\s+/g, ' '), why }
}

/** Why this import is not allowed; nothing when it is. */
function judge(file: SourceFile, it: Import, { packages }: Workspace): string | undefined {
  if (it.isStarExport) return 'a door names what it offers: no `export *`'
  if (it.specifier.startsWith('.')) return judgeRelative(file, it.specifier)
  const target = packages.find(({ name }) => it.specifier === name || it.specifier.startsWith(`${name}/`))
  return target === undefined ? judgeNpm(file, it.specifier) : judgePackage(file, it.specifier, target)
}

function judgeRelative(file: SourceFile, specifier: string): string | undefined {
  const target = posix.join(posix.dirname(file.path), specifier)
  const home = file.package?.path ?? file.path.split('/')[0]
  if (!target.startsWith(`${home}/`)) return `relative imports stay inside ${home}; other packages have a public door`
  if (target === `${home}/src/index.ts`)
    return 'inside a package files import each other directly, never through the door'
  return undefined
}

function judgePackage(file: SourceFile, specifier: string, target: Package): string | undefined {
  const own = file.package
  if (!target.doors.includes(specifier)) return `not a public door of ${target.name} (${target.doors.join(', ')})`
  if (own === undefined) return undefined
  if (own === target) return 'inside a package files import each other directly, never through the door'
  const { imports = [], tests = [] } = LAYERS[own.folder] ?? {}
  const allowed = file.isTest ? [...imports, ...tests] : imports
  if (allowed.includes('*') || allowed.includes(target.folder)) return undefined
  return `${own.folder}${file.isTest ? "'s tests" : ''} may import ${allowed.join(', ') || 'no other package'}`
}

function judgeNpm(file: SourceFile, specifier: string): string | undefined {
  const own = file.package
  if (own === undefined || isBuiltin(specifier)) return undefined
  const name = specifier.split('/', specifier.startsWith('@') ? 2 : 1).join('/')
  if (file.isTest) {
    const known = [...TEST_TOOLS, ...own.dependencies, ...own.devDependencies].includes(name)
    return known ? undefined : `${own.path}/package.json does not declare ${name}`
  }
  const npm = LAYERS[own.folder]?.npm
  if (npm !== undefined && !npm.includes(name)) return `${own.folder} may depend on ${npm.join(', ') || 'nothing'}`
  return own.dependencies.includes(name) ? undefined : `${own.path}/package.json does not declare ${name}`
}
