// Consumers in TypeScript: node codegen-project.mjs <document> <folder>
import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const [document, folder] = process.argv.slice(2)
const generators = [
  { preset: 'payloads', outputPath: './payloads' },
  { preset: 'headers', outputPath: './headers' },
  { preset: 'parameters', outputPath: './parameters' },
  { preset: 'channels', outputPath: './channels', protocols: ['kafka'] },
]
mkdirSync(folder, { recursive: true })
const config = join(folder, 'codegen.json')
writeFileSync(
  config,
  JSON.stringify({ inputType: 'asyncapi', inputPath: document, language: 'typescript', generators }),
)
const command = join(import.meta.dirname, 'node_modules/.bin/codegen')
process.exitCode = spawnSync(command, ['generate', config], { stdio: 'inherit' }).status ?? 1
