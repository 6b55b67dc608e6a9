/**
 * Compiles the schemas of `@asyncapi/specs` into plain functions under `generated/`, one module per AsyncAPI version and one for the
 * bindings, so that nothing is compiled at run time and only the version a document names is loaded.
 *
 * `node tools/compile-validators.mjs` after a change of the schemas, of Ajv or of this folder; a test says when it is due.
 */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { bindingsSchema, readableSchema } from './readable-schema.mjs'

const require = createRequire(import.meta.url)
const OUT = new URL('../generated/', import.meta.url)
const VERSIONS = ['2.0.0', '2.1.0', '2.2.0', '2.3.0', '2.4.0', '2.5.0', '2.6.0', '3.0.0', '3.1.0']
const LATEST = '3.1.0'

/** What the modules were made from; each of them carries it in its first line. */
export function fingerprint() {
  const hash = createHash('sha256')
  for (const tool of ['compile-validators.mjs', 'readable-schema.mjs'])
    hash.update(readFileSync(new URL(tool, import.meta.url)))
  for (const name of ['@asyncapi/specs', 'ajv']) hash.update(require(`${name}/package.json`).version)
  return hash.digest('hex')
}

/** File name to schema. */
function sources() {
  const versions = VERSIONS.map((version) => [`asyncapi-${version}.mjs`, readableSchema(schemaOf(version))])
  return [...versions, ['bindings.mjs', bindingsSchema(schemaOf(LATEST))]]
}

function schemaOf(version) {
  return JSON.parse(readFileSync(require.resolve(`@asyncapi/specs/schemas/${version}-without-$id.json`), 'utf8'))
}

async function main() {
  const { Ajv } = await import('ajv')
  const { default: standalone } = await import('ajv/dist/standalone/index.js')
  const { minifySync } = await import('rolldown/experimental')
  const head = `// From @asyncapi/specs, Apache-2.0, by tools/compile-validators.mjs. Fingerprint ${fingerprint()}\n`
  const modules = sources().map(([name, schema]) => {
    const ajv = new Ajv({
      strict: false,
      allErrors: true,
      messages: false,
      inlineRefs: false,
      code: { source: true, esm: true },
    })
    for (const [format, pattern] of Object.entries(FORMATS)) ajv.addFormat(format, pattern)
    const code = selfContained(standalone.default(ajv, ajv.compile(schema)))
    return [name, head + minifySync(name, code).code]
  })
  rmSync(OUT, { recursive: true, force: true })
  mkdirSync(OUT)
  for (const [name, text] of modules) writeFileSync(new URL(name, OUT), text)
}

/** Loose on purpose: they catch what is plainly something else. Patterns have a rule of their own. */
const FORMATS = {
  uri: /^[a-z][a-z0-9+.-]*:\S*$/i,
  email: /^[^\s@]+@[^\s@]+$/,
  'uri-reference': true,
  'uri-template': true,
  regex: true,
  uuid: true,
  int32: true,
  int64: true,
}

/**
 * Ajv asks for its own runtime in two places; both functions are small enough to travel along. And it joins lists of errors by copying
 * them, which takes the square of their number.
 */
function selfContained(code) {
  const runtime = { 'ajv/dist/runtime/equal': DEEP_EQUAL, 'ajv/dist/runtime/ucs2length': CODE_POINTS }
  const linear = code.replaceAll(
    /vErrors = vErrors === null \? ([\w.]+)\.errors : vErrors\.concat\(\1\.errors\)/g,
    'vErrors = join(vErrors, $1.errors)',
  )
  if (linear.includes('.concat(')) throw new Error('errors are joined in a way that is not known here')
  return `${JOIN}\n${linear.replaceAll(/require\("([^"]+)"\)\.default/g, (call, name) => {
    if (!runtime[name]) throw new Error(`${call} is not known here`)
    return runtime[name]
  })}`
}

const JOIN = `function join(errors, more) {
  if (errors === null) return more
  for (const error of more) errors.push(error)
  return errors
}`
const CODE_POINTS = '(text) => [...text].length'
const DEEP_EQUAL = `function equal(a, b) {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const keys = Object.keys(a)
  return Array.isArray(a) === Array.isArray(b) && keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && equal(a[key], b[key]))
}`

if (process.argv[1] === fileURLToPath(import.meta.url)) await main()
