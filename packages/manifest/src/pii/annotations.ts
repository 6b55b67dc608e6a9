import type { Json, JsonObject } from '@longshore/contract'
import { asArray, asObject, asText } from '../schema/json.ts'
import { rememberedFor } from '../schema/remembered.ts'

/** What the document itself says of a value. */
export interface Annotation {
  readonly pii: boolean
  readonly category?: string
  /** The extension that says so. */
  readonly extension: string
}

/** Extensions by which documents mark personal data, and those that hold a class among others; the plainest first. */
const MARKS = ['x-pii', 'x-personal-data', 'x-gdpr', 'x-sensitive-data', 'x-sensitive'] as const
const CLASSES = ['x-data-classification', 'x-classification', 'x-privacy'] as const

/** What the document says of a value, in either direction; `undefined` when it says nothing. */
export function annotationOf(schemas: readonly JsonObject[]): Annotation | undefined {
  for (const schema of schemas) {
    const annotation = ownAnnotation(schema)
    if (annotation) return annotation
  }
  return undefined
}

const ownAnnotation = rememberedFor((schema: JsonObject): Annotation | undefined => {
  for (const extension of [...MARKS, ...CLASSES]) {
    const said = read(schema[extension])
    if (!said || !(said.plain || isMark(extension))) continue
    return { pii: said.pii, extension, ...(said.category && { category: said.category }) }
  }
  return undefined
})

function isMark(extension: string): boolean {
  return MARKS.some((mark) => mark === extension)
}

interface Said extends Omit<Annotation, 'extension'> {
  /** It says so in words that mean personal or not; else it only names something, which counts in an extension made for it. */
  readonly plain: boolean
}

function read(value: Json | undefined): Said | undefined {
  if (typeof value === 'boolean') return { pii: value, plain: true }
  if (typeof value === 'string') return readWords([value])
  if (Array.isArray(value)) return readWords(value.map(asText).filter((text) => text !== undefined))
  const object = asObject(value)
  return object && readObject(object)
}

/** `x-pii: { category: email }`, `x-data-classification: { level: confidential, categories: [pii] }`, `x-sensitive-data: { pii: true }`. */
function readObject(object: JsonObject): Said | undefined {
  const flag = [object.pii, object.sensitive, object.enabled, object.value].find((value) => typeof value === 'boolean')
  const category = ['category', 'type', 'kind'].map((key) => asText(object[key])).find(Boolean)
  if (typeof flag === 'boolean') return { pii: flag, plain: true, ...(category && { category: slug(category) }) }
  const words = ['level', 'classification', 'categories', 'category', 'type', 'kind', 'tags', 'label', 'name'].flatMap(
    (key) => [asText(object[key]), ...asArray(object[key]).map(asText)],
  )
  return readWords(words.filter((text) => text !== undefined))
}

const PERSONAL =
  /^(pii|spi|phi|pci|personal|personal[ _-]?(data|info(rmation)?)|personally[ _-]identifiable([ _-]information)?|gdpr|sensitive|sensitive[ _-]?(data|personal(ly)?.*)|special[ _-]category.*|yes|true)$/i
const NOT_PERSONAL =
  /^(none|no|false|public|internal|non[ _-]?(pii|personal|sensitive)|not[ _-]?(pii|personal|sensitive)|unclassified|anonymous|anonymi[sz]ed)$/i
/** Classes that say how secret data is, and nothing of whether it is about a person. */
const SECRECY_ONLY = /^(confidential|restricted|secret|top[ _-]?secret|high|medium|low|critical|moderate)$/i

function readWords(words: readonly string[]): Said | undefined {
  if (words.some((word) => PERSONAL.test(word.trim()))) {
    const category = words.find((word) => !PERSONAL.test(word.trim()) && !SECRECY_ONLY.test(word.trim()))
    return { pii: true, plain: true, ...(category && { category: slug(category) }) }
  }
  if (words.some((word) => NOT_PERSONAL.test(word.trim()))) return { pii: false, plain: true }
  const [category] = words.filter((word) => !SECRECY_ONLY.test(word.trim()))
  return category ? { pii: true, plain: false, category: slug(category) } : undefined
}

function slug(text: string): string {
  return text
    .trim()
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .slice(0, 40)
}
