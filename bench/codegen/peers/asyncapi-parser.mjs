// Parses and validates: node asyncapi-parser.mjs <document>
import { readFileSync } from 'node:fs'
import { Parser } from '@asyncapi/parser'

const { document } = await new Parser().parse(readFileSync(process.argv[2], 'utf8'))
if (document === undefined) throw new Error('The document was refused.')
