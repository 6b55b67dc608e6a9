/**
 * Prints the consumers of real documents, compiles them strictly in both ways modules are found, and runs all printed tests in one
 * process: `npm run corpus:printed -- [<corpus>] [--specs <folder>] [--keep]`.
 *
 * Takes the tiers `app` and `example` of the corpus, and every document of `--specs`. Ends with code 1 when something does not compile or
 * a test fails. Says so and ends well when the documents are not there.
 */
import { spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { type Corpus, type CorpusDocument, readCorpus } from './corpus.ts'
import { type Printed, plainDocuments, printConsumers } from './print-consumers.ts'
import { readCopy } from './read-document.ts'

const MODULES = join(import.meta.dirname, '../../node_modules')
const TIERS = ['app', 'example']
const LIMIT_MS = { compiler: 5 * 60 * 1_000, tests: 10 * 60 * 1_000 }
const MODES = {
  nodenext: { module: 'nodenext', moduleResolution: 'nodenext' },
  bundler: { module: 'preserve', moduleResolution: 'bundler' },
}

/** Everything a user may have switched on. */
const STRICT = {
  target: 'es2024',
  lib: ['es2024'],
  types: ['node'],
  customConditions: ['source'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noImplicitReturns: true,
  noImplicitOverride: true,
  noFallthroughCasesInSwitch: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  isolatedModules: true,
  allowImportingTsExtensions: true,
  skipLibCheck: true,
  noEmit: true,
}

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { specs: { type: 'string', default: '../shared/bench/specs' }, keep: { type: 'boolean', default: false } },
})
const [corpusFolder = '../shared/corpus'] = positionals
const corpus: Corpus = existsSync(join(corpusFolder, 'docs'))
  ? readCorpus(corpusFolder)
  : { folder: corpusFolder, documents: [], httpCopies: {} }
const documents = [
  ...corpus.documents.filter(({ tier }) => TIERS.includes(tier)),
  ...(existsSync(values.specs) ? plainDocuments(values.specs) : []),
]
if (documents.length > 0) process.exitCode = (await run(documents)) ? 0 : 1
else console.log(`No documents in ${corpusFolder} and ${values.specs}: nothing is printed.`)

async function run(all: readonly CorpusDocument[]): Promise<boolean> {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-corpus-'))
  try {
    symlinkSync(MODULES, join(folder, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    const isPrinted = await step('printed', () => printAll(all, folder))
    for (const [mode, modules] of Object.entries(MODES))
      if (!(await step(`compiled for ${mode}`, () => compile(folder, mode, modules)))) return false
    return (await step('tested', () => test(folder))) && isPrinted
  } finally {
    if (values.keep) console.log(`kept: ${folder}`)
    else rmSync(folder, { recursive: true, force: true })
  }
}

/** Says what was done and how long it took. */
async function step(name: string, work: () => Promise<string | undefined>): Promise<boolean> {
  const started = performance.now()
  const problem = await work()
  const seconds = ((performance.now() - started) / 1_000).toFixed(1)
  console.log(problem === undefined ? `✓ ${name} (${seconds} s)` : `✗ ${name} (${seconds} s)\n${problem}`)
  return problem === undefined
}

async function printAll(all: readonly CorpusDocument[], folder: string): Promise<string | undefined> {
  const printed: Printed[] = []
  for (const [index, document] of all.entries())
    printed.push(
      await printConsumers(document, join(folder, 'src', `d${index}`), (url) => readCopy(corpus, url)).catch(
        (error) => ({
          name: document.name,
          consumers: 0,
          files: 0,
          reason: `cannot be printed: ${error instanceof Error ? error.stack : error}`,
        }),
      ),
    )
  const sum = (of: (one: Printed) => number) => printed.reduce((total, one) => total + of(one), 0)
  const without = printed.filter(({ consumers }) => consumers === 0)
  const broken = without.filter(({ reason }) => reason?.startsWith('cannot be printed'))
  const count = `${sum((one) => one.consumers)} consumers in ${sum((one) => one.files)} files`
  console.log(`  ${count} of ${printed.length - without.length} documents; ${without.length} documents give none`)
  return broken.length === 0 ? undefined : broken.map(({ name, reason }) => `${name} ${reason}`).join('\n')
}

async function compile(folder: string, mode: string, modules: object): Promise<string | undefined> {
  const project = join(folder, `tsconfig.${mode}.json`)
  writeFileSync(project, JSON.stringify({ compilerOptions: { ...STRICT, ...modules }, include: ['src'] }))
  const { code, output } = await command(join(MODULES, '.bin', 'tsc'), ['-p', project], folder, LIMIT_MS.compiler)
  return code === 0 ? undefined : ending(output)
}

/** All files in one process: starting one for each would take longer than the tests. */
async function test(folder: string): Promise<string | undefined> {
  const report = ['--test-reporter=dot', '--test-reporter-destination=stdout']
  const words = ['--conditions=source', '--test', '--test-isolation=none', ...report, 'src/**/*.consumer.test.ts']
  mkdirSync(join(folder, 'src'), { recursive: true })
  const { code, output } = await command(process.execPath, words, folder, LIMIT_MS.tests)
  console.log(`  ${(output.match(/[.X]/g) ?? []).length} tests`)
  return code === 0 ? undefined : ending(output)
}

interface Ended {
  readonly code: number | string | null
  readonly output: string
}

function command(file: string, words: readonly string[], cwd: string, limitMs: number): Promise<Ended> {
  return new Promise((resolve) => {
    const child = spawn(file, words, { cwd, timeout: limitMs, killSignal: 'SIGKILL' })
    let output = ''
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => {
        output += text
      })
    child.on('error', (error) => resolve({ code: error.name, output: error.message }))
    child.on('close', (code, signal) => resolve({ code: code ?? signal, output }))
  })
}

/** The last lines tell most. */
function ending(output: string): string {
  return output.trimEnd().split('\n').slice(-60).join('\n')
}
