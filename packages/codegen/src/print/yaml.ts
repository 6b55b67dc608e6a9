/** What a YAML file is printed from. Members that are `undefined` are left out. */
export type YamlValue =
  | string
  | number
  | boolean
  | readonly YamlValue[]
  | { readonly [key: string]: YamlValue | undefined }

/** Several documents of one file. Text can neither end where it stands nor turn into something else: it is quoted unless it is plain. */
export function yamlDocuments(header: string, documents: readonly { readonly [key: string]: YamlValue }[]): string {
  return `# ${header}\n${documents.map((document) => `---\n${block(document, 0)}`).join('')}`
}

function block(value: { readonly [key: string]: YamlValue | undefined }, depth: number): string {
  return Object.entries(value)
    .map(([key, member]) => (member === undefined ? '' : `${'  '.repeat(depth)}${scalar(key)}:${below(member, depth)}`))
    .join('')
}

function below(value: YamlValue, depth: number): string {
  if (typeof value !== 'object') return ` ${scalar(value)}\n`
  if (isList(value)) return value.length === 0 ? ' []\n' : `\n${value.map((item) => entry(item, depth + 1)).join('')}`
  return Object.values(value).every((member) => member === undefined) ? ' {}\n' : `\n${block(value, depth + 1)}`
}

function entry(value: YamlValue, depth: number): string {
  const start = `${'  '.repeat(depth)}- `
  if (typeof value !== 'object') return `${start}${scalar(value)}\n`
  const text = isList(value) ? value.map((item) => entry(item, depth + 1)).join('') : block(value, depth + 1)
  return start + text.slice(start.length)
}

function isList(value: object): value is readonly YamlValue[] {
  return Array.isArray(value)
}

/** Bare only where no version of YAML reads it as anything but text. */
function scalar(value: string | number | boolean): string {
  if (typeof value !== 'string') return String(value)
  return /^[A-Za-z][A-Za-z0-9._/-]*$/.test(value) && !WORDS.test(value) ? value : quoted(value)
}

const WORDS = /^(y|n|yes|no|on|off|true|false|null|nan|inf)$/i

/** JSON's escapes are YAML's too; what is not printable ASCII is escaped. */
function quoted(text: string): string {
  return JSON.stringify(text).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}
