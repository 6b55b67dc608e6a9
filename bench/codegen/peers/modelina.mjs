// Types only: node modelina.mjs <document> <folder>
import { readFileSync } from 'node:fs'
import { TypeScriptFileGenerator } from '@asyncapi/modelina'

const [document, folder] = process.argv.slice(2)
const generator = new TypeScriptFileGenerator({ modelType: 'interface' })
const models = await generator.generateToFiles(readFileSync(document, 'utf8'), folder, { exportType: 'named' })
if (models.length === 0) throw new Error('Nothing was printed.')
