/**
 * Compares printed validators with Ajv standalone code on the events of a document: `node --conditions=source
 * tools/compare-with-ajv.ts <document>`. Each is warmed up first; the figure is valid events checked in a second.
 */
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

const ROUNDS = 5
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

const [file = ''] = process.argv.slice(2)
const { contract } = await loadContract(file)
if (contract === undefined) throw new Error(`${file} is no document that can be read.`)
const folder = mkdtempSync(join(import.meta.dirname, '.ajv-'))
try {
  const [ours, theirs] = [[0], [0]]
  for (const [index, { schema }] of toManifests(contract).slice(0, 5).entries()) {
    const { payload = true } = schema
    const valid = sampleEvent(schemaGraph(payload), schema.examples)
    if (valid === undefined) continue
    const values = [valid, structuredClone(valid)]
    const printed = await printedValidator(payload)
    const checks: readonly [Check, Check] = [
      (value) => printed(value).length === 0,
      await ajvStandalone(payload, folder, `event-${index}`),
    ]
    for (let round = 0; round < ROUNDS; round += 1) {
      ours.push(perSecond(checks[0], values))
      theirs.push(perSecond(checks[1], values))
    }
    console.log(`event ${index + 1}: printed ${best(ours)}/s, Ajv standalone ${best(theirs)}/s`)
    ours.length = 0
    theirs.length = 0
  }
} finally {
  rmSync(folder, { recursive: true })
}

function best(rates: readonly number[]): string {
  return Math.round(Math.max(...rates)).toLocaleString('en')
}
