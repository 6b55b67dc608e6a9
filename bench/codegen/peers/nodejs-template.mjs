// Consumers in JavaScript: node nodejs-template.mjs <document> <folder>
import { createRequire } from 'node:module'

const require = createRequire(import.meta.url)
const Generator = require('@asyncapi/generator')

const [document, folder] = process.argv.slice(2)
const generator = new Generator('@asyncapi/nodejs-template', folder, {
  forceWrite: true,
  templateParams: { server: 'dev' },
})
await generator.generateFromFile(document)
