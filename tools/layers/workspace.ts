/** The packages of a workspace and their source files, as the rules see them. */
import { globSync, readFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { type Import, readImports } from './read-imports.ts'
import { OUTSIDE } from './rules.ts'

/** One package: its folder's name is its name in the rules. */
export interface Package {
  readonly folder: string
  readonly path: string
  readonly name: string
  /** Its public doors as specifiers: `@longshore/x`, `@longshore/x/kafkajs`. */
  readonly doors: readonly string[]
  /** npm packages that its code may count on, and those that only its tests may. */
  readonly dependencies: readonly string[]
  readonly devDependencies: readonly string[]
}

/** A source file, with the package it is in, if any. Paths are relative to the root, with `/`. */
export interface SourceFile {
  readonly path: string
  readonly source: string
  readonly package: Package | undefined
  /** Never shipped: a test, or a tool of its package. */
  readonly isTest: boolean
  readonly imports: readonly Import[]
}

/** All that the rules look at. */
export interface Workspace {
  readonly packages: readonly Package[]
  readonly files: readonly SourceFile[]
}

const PACKAGE_FOLDERS = ['packages/*', 'apps/*', 'tools/brokers']
const SOURCE_FOLDERS = ['{packages,apps}/*/{src,test,tools}', ...OUTSIDE]
const NOT_OURS = ['**/node_modules/**', '**/dist/**', '**/golden/**', '**/fixtures/**', '**/generated/**', '**/out/**']

/** Reads the workspace below `root`. */
export function readWorkspace(root: string): Workspace {
  const manifests = globSync(
    PACKAGE_FOLDERS.map((folder) => `${folder}/package.json`),
    { cwd: root },
  )
  const packages = manifests.map((file) => readPackage(root, slashed(file)))
  const paths = globSync(
    SOURCE_FOLDERS.map((folder) => `${folder}/**/*.{ts,tsx,mts}`),
    { cwd: root, exclude: NOT_OURS },
  )
  const files = [...new Set(paths.map(slashed))].sort().map((path) => readSourceFile(root, path, packages))
  return { packages, files }
}

function readPackage(root: string, manifest: string): Package {
  const path = manifest.replace(/\/package\.json$/, '')
  const json = JSON.parse(readFileSync(join(root, manifest), 'utf8'))
  const doors = typeof json.exports === 'object' ? Object.keys(json.exports) : ['.']
  return {
    folder: basename(path),
    path,
    name: json.name,
    doors: doors.map((door) => `${json.name}${door.slice(1)}`),
    dependencies: Object.keys({ ...json.dependencies, ...json.peerDependencies, ...json.optionalDependencies }),
    devDependencies: Object.keys(json.devDependencies ?? {}),
  }
}

function readSourceFile(root: string, path: string, packages: readonly Package[]): SourceFile {
  const source = readFileSync(join(root, path), 'utf8')
  return {
    path,
    source,
    package: packages.find((it) => path.startsWith(`${it.path}/`)),
    isTest: /\.test\.tsx?$|^(packages|apps)\/[^/]+\/(test|tools)\//.test(path),
    imports: readImports(path, source),
  }
}

function slashed(path: string): string {
  return path.replaceAll('\\', '/')
}
