/**
 * Compares printed validators with Ajv standalone code on the first events of a document: `node --conditions=source
 * tools/compare-with-ajv.ts <document> [<event>]`. The figure is valid events checked in a second, the ratio that of a round of ours to
 * the round of theirs beside it, in the median. Each event has a process of its own: in a shared one the later are measured with code
 * that was compiled for the earlier.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Json, JsonSchema } from '@longshore/contract'
import { loadContract } from '@longshore/contract'
import { toManifests } from '@longshore/manifest'
import { Ajv2020 } from 'ajv/dist/2020.js'
import standaloneCode from 'ajv/dist/standalone/index.js'
import addFormats from 'ajv-formats'
import { sampleEvent } from '../src/sample/sample-event.ts'
import { schemaGraph } from '../src/schema/schema-graph.ts'
import { printedValidator } from '../test/printed-validator.ts'

const ROUNDS = 9
const EVENTS = 5
const MILLISECONDS_PER_ROUND = 300

type Check = (value: Json) => boolean

async function ajvStandalone(schema: JsonSchema, folder: string, name: string): Promise<Check> {
  const ajv = new Ajv2020({ strict: false, logger: false, code: { source: true, esm: false } })
  addFormats.default(ajv)
  const path = join(folder, `${name}.cjs`)
  writeFileSync(path, standaloneCode.default(ajv, ajv.compile(typeof schema === 'boolean' ? schema : { ...schema })))
  const module: { readonly default: Check } = await import(pathToFileURL(path).href)
  return module.default
}

function perSecond(check: Check, values: readonly Json[]): number {
  const end = performance.now() + MILLISECONDS_PER_ROUND
  const start = performance.now()
  let count = 0
  while (performance.now() < end) {
    for (const value of values) if (!check(value)) throw new Error('A valid event was refused.')
    count += values.length
  }
  return count / ((performance.now() - start) / 1_000)
}

/** One round of each comes first, to warm up. */
async function compare(document: string, event: number): Promise<string | undefined> {
  const { contract } = await loadContract(document)
  if (contract === undefined) throw new Error(`${document} is no document that can be read.`)
  const { payload = true, examples } = toManifests(contract)[event]?.schema ?? {}
  const valid = sampleEvent(schemaGraph(payload), examples)
  if (valid === undefined) return undefined
  const values = [valid, structuredClone(valid)]
  const printed = await printedValidator(payload)
  const folder = mkdtempSync(join(import.meta.dirname, '.ajv-'))
  try {
    const ajv = await ajvStandalone(payload, folder, `event-${event}`)
    const rounds = Array.from({ length: ROUNDS + 1 }, () => ({
      ours: perSecond((value) => printed(value).length === 0, values),
      theirs: perSecond(ajv, values),
    })).slice(1)
    const [ours, theirs] = [middle(rounds.map((round) => round.ours)), middle(rounds.map((round) => round.theirs))]
    const ratio = middle(rounds.map((round) => round.ours / round.theirs))
    return `event ${event + 1}: printed ${Math.round(ours)}/s, Ajv standalone ${Math.round(theirs)}/s, ratio ${ratio.toFixed(2)}`
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function middle(numbers: readonly number[]): number {
  return numbers.toSorted((one, other) => one - other)[numbers.length >> 1] ?? Number.NaN
}

const [document = '', event] = process.argv.slice(2)
if (event === undefined) {
  const words = [...process.execArgv, import.meta.filename, document]
  for (let index = 0; index < EVENTS; index += 1)
    spawnSync(process.execPath, [...words, String(index)], { stdio: 'inherit' })
} else {
  const line = await compare(document, Number(event))
  if (line !== undefined) console.log(line)
}
