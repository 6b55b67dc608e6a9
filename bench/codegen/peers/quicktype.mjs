// Types only, in one file: node quicktype.mjs <document> <folder>
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { FetchingJSONSchemaStore, InputData, JSONSchemaInput, quicktype } from 'quicktype-core'
import { definitionsOf } from './definitions.mjs'

const [document, folder] = process.argv.slice(2)
const { definitions, payloads } = definitionsOf(document)
const source = new JSONSchemaInput(new FetchingJSONSchemaStore())
for (const [name, payload] of payloads) {
  const target = payload.$ref === undefined ? payload : definitions[payload.$ref.split('/').at(-1)]
  await source.addSource({ name, schema: JSON.stringify({ ...target, definitions }) })
}
const inputData = new InputData()
inputData.addInput(source)
const { lines } = await quicktype({ inputData, lang: 'typescript', rendererOptions: { 'just-types': 'true' } })
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'events.ts'), lines.join('\n'))
