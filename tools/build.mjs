/**
 * `npm run build`: every package of packages/ to its dist folder, JavaScript and types, in the order of their dependencies.
 * A package is compiled by `tsconfig.package.json`; `tools/prebuild.ts` in it runs first when it is there. Where there is a
 * `tools/bundle.mjs`, that one writes the JavaScript and the compiler the types alone.
 */
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const ROOT = join(import.meta.dirname, '..')

const packages = inOrder(globSync('packages/*/package.json', { cwd: ROOT }).map(readPackage).filter(hasSource))
for (const { folder } of packages) rmSync(join(folder, 'dist'), { recursive: true, force: true })
const started = performance.now()
const failed = packages.find((it) => !build(it))
if (failed) console.error(`✗ ${failed.name} does not build; the packages after it were not tried.`)
else console.log(`✓ ${packages.length} packages in ${((performance.now() - started) / 1_000).toFixed(1)} s`)
process.exitCode = failed ? 1 : 0

function readPackage(file) {
  const { name, dependencies, peerDependencies } = JSON.parse(readFileSync(join(ROOT, file), 'utf8'))
  return { name, folder: join(ROOT, dirname(file)), needs: Object.keys({ ...dependencies, ...peerDependencies }) }
}

function hasSource({ folder }) {
  return existsSync(join(folder, 'src'))
}

/** Each package after those that it needs. */
function inOrder(all) {
  const ordered = new Set()
  const place = (it) => {
    if (ordered.has(it)) return
    for (const name of it.needs) all.filter((other) => other.name === name).forEach(place)
    ordered.add(it)
  }
  all.sort((a, b) => a.name.localeCompare(b.name)).forEach(place)
  return [...ordered]
}

function build({ folder }) {
  const prebuild = join(folder, 'tools', 'prebuild.ts')
  if (existsSync(prebuild) && !run(process.execPath, ['--conditions=source', prebuild], folder)) return false
  const bundle = join(folder, 'tools', 'bundle.mjs')
  if (existsSync(bundle)) return compile(folder, ['--emitDeclarationOnly']) && run(process.execPath, [bundle], folder)
  if (!compile(folder)) return false
  copyAssets(folder)
  return true
}

/** TypeScript wants a project file in the package's folder; it lives as long as the compiler runs. */
function compile(folder, options = []) {
  const project = join(folder, 'tsconfig.build.json')
  writeFileSync(project, '{ "extends": "../../tsconfig.package.json" }\n')
  try {
    return run(join(ROOT, 'node_modules', '.bin', 'tsc'), ['-p', project, ...options], folder)
  } finally {
    rmSync(project)
  }
}

/** What the compiler leaves behind: JSON, generated modules, templates. */
function copyAssets(folder) {
  for (const file of globSync('**/*', { cwd: join(folder, 'src'), withFileTypes: true })) {
    const from = join(file.parentPath, file.name)
    if (!file.isFile() || /\.tsx?$/.test(file.name)) continue
    cpSync(from, from.replace(join(folder, 'src'), join(folder, 'dist')))
  }
}

function run(command, args, cwd) {
  return spawnSync(command, args, { cwd, stdio: 'inherit' }).status === 0
}
