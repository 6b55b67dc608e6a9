// Types only, in one file, without its formatter, which is its fastest way: node json-schema-to-typescript.mjs <document> <folder>
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { compile } from 'json-schema-to-typescript'
import { definitionsOf } from './definitions.mjs'

const [document, folder] = process.argv.slice(2)
const { definitions, payloads } = definitionsOf(document)
const schema = { type: 'object', properties: Object.fromEntries(payloads), definitions }
const text = await compile(schema, 'Events', { format: false, unreachableDefinitions: true })
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'events.ts'), text)
