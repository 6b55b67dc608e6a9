import { type Doc, layout, line, list } from './layout.ts'

/** One printed file: owns its imports, so that whoever prints a name also says where it comes from. */
export class SourceFile {
  readonly #header: readonly string[]
  readonly #imports = new Map<string, Map<string, boolean>>()
  readonly #parts: string[] = []

  /** @param header Lines of comment at the very top. */
  constructor(header: readonly string[] = []) {
    this.#header = header
  }

  /** Imports a value and returns its name. */
  value(name: string, from: string): string {
    this.#names(from).set(name, true)
    return name
  }

  /** Imports a type and returns its name. */
  type(name: string, from: string): string {
    const names = this.#names(from)
    names.set(name, names.get(name) ?? false)
    return name
  }

  /** Adds a declaration; an empty line stands before it. */
  add(...parts: readonly string[]): void {
    this.#parts.push(...parts)
  }

  toString(): string {
    const header = this.#header.length === 0 ? [] : [this.#header.join('\n')]
    const imports = [...this.#imports].sort(byModule).map(printImport)
    return `${[...header, imports.join('\n'), ...this.#parts].filter((part) => part !== '').join('\n\n')}\n`
  }

  #names(from: string): Map<string, boolean> {
    const names = this.#imports.get(from) ?? new Map<string, boolean>()
    this.#imports.set(from, names)
    return names
  }
}

type Imported = readonly [from: string, names: ReadonlyMap<string, boolean>]

/** Packages, then what is near. */
function byModule([left]: Imported, [right]: Imported): number {
  const rank = (from: string) => (from.startsWith('node:') ? 0 : from.startsWith('.') ? 2 : 1)
  return rank(left) - rank(right) || (left < right ? -1 : 1)
}

function printImport([from, names]: Imported): string {
  const sorted = [...names].sort(([left], [right]) => compareNames(left, right))
  const onlyTypes = sorted.every(([, isValue]) => !isValue)
  const parts = sorted.map(([name, isValue]) => (isValue || onlyTypes ? name : `type ${name}`))
  return layout([onlyTypes ? 'import type ' : 'import ', namesInBraces(parts), ` from '${from}'`])
}

/** A single name is never put on a line of its own. */
export function namesInBraces(names: readonly string[]): Doc {
  const [only, ...more] = names
  return more.length === 0 && only !== undefined ? `{ ${only} }` : list('{', names, '}', line)
}

/** As the formatters' import sorting does it: letter by letter without case, capitals first among equals. */
function compareNames(left: string, right: string): number {
  const [a, b] = [left.toLowerCase(), right.toLowerCase()]
  return a < b ? -1 : a > b ? 1 : left < right ? -1 : 1
}
