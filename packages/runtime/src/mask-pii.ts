/**
 * A copy of `value` with everything at `paths` masked, fit for logs. `value` itself is untouched.
 *
 * A path names members joined by dots; `[]` stands for every element of an array, `*` for every member of an object:
 * `customer.addresses[].street`, `labels.*`. What a path does not find is no error.
 *
 * | found | becomes |
 * | --- | --- |
 * | `user@example.com` | `u***@e***.com` |
 * | any other text | its first character and up to 8 stars |
 * | `''`, `null`, `undefined` | itself |
 * | an array | each element masked |
 * | anything else | `[REDACTED]` |
 */
export function maskPII<Value>(value: Value, paths: readonly string[]): Value {
  return compileMask(paths)(value)
}

/** The same, with the paths read once. */
export function compileMask(paths: readonly string[]): <Value>(value: Value) => Value {
  const parsed = paths.map(parsePath)
  return <Value>(value: Value) => parsed.reduce<unknown>((masked, path) => maskAt(masked, path, 0), value) as Value
}

function parsePath(path: string): readonly string[] {
  return path
    .replaceAll('[]', '.[]')
    .split('.')
    .filter((part) => part !== '')
}

function maskAt(value: unknown, path: readonly string[], depth: number): unknown {
  const part = path[depth]
  if (part === undefined) return maskValue(value)
  if (Array.isArray(value)) return value.map((element) => maskAt(element, path, part === '[]' ? depth + 1 : depth))
  if (typeof value !== 'object' || value === null) return value
  const names = part === '*' ? Object.keys(value) : Object.hasOwn(value, part) ? [part] : []
  const masked = names.map((name) => [name, maskAt(Reflect.get(value, name), path, depth + 1)] as const)
  return masked.length === 0 ? value : { ...value, ...Object.fromEntries(masked) }
}

function maskValue(value: unknown): unknown {
  if (value === null || value === undefined || value === '') return value
  if (Array.isArray(value)) return value.map(maskValue)
  return typeof value === 'string' ? maskText(value) : '[REDACTED]'
}

const EMAIL = /^([^@\s])[^@\s]*@([^@\s.])[^@\s]*(\.[^@\s.]+)$/u

/** One text masked by the table of {@link maskPII}. */
export function maskText(text: string): string {
  const email = EMAIL.exec(text)
  if (email !== null) return `${email[1]}***@${email[2]}***${email[3]}`
  const [first = '', ...rest] = text.slice(0, 20)
  return first + '*'.repeat(Math.min(8, rest.length))
}
