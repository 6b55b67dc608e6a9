/** Reads what a TypeScript file imports, types included, with where each import stands. */
import { parseSync } from 'rolldown/utils'

/** One import or re-export of another module. */
export interface Import {
  readonly specifier: string
  /** Offset of the statement in the source. */
  readonly start: number
  readonly end: number
  /** `export * from`, which hides what a door offers. */
  readonly isStarExport: boolean
}

/**
 * Static imports, re-exports, `import('x')` as an expression and as a type. A dynamic import whose name is computed is not
 * among them. The parser is the one that runs our tests: what it cannot read does not run either.
 */
export function readImports(file: string, source: string): readonly Import[] {
  const { module, program } = parseSync(file, source)
  const found: Import[] = module.staticImports.map(({ start, end, moduleRequest }) => ({
    specifier: moduleRequest.value,
    start,
    end,
    isStarExport: false,
  }))
  for (const { start, end, entries } of module.staticExports) {
    const [first] = entries
    if (first?.moduleRequest == null) continue
    const isStarExport = first.importName.kind === 'AllButDefault' && !first.isType
    found.push({ specifier: first.moduleRequest.value, start, end, isStarExport })
  }
  if (/\bimport\s*\(/.test(source)) collectCalls(program, found)
  return found.toSorted((a, b) => a.start - b.start)
}

/** Walks the tree for `import('x')`, an expression or a type. */
function collectCalls(node: unknown, found: Import[]): void {
  if (Array.isArray(node)) {
    for (const child of node) collectCalls(child, found)
  } else if (isNode(node)) {
    const name = node.type === 'ImportExpression' || node.type === 'TSImportType' ? node.source : undefined
    if (isNode(name) && typeof name.value === 'string') {
      found.push({ specifier: name.value, start: node.start, end: node.end, isStarExport: false })
    }
    for (const child of Object.values(node)) collectCalls(child, found)
  }
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly source?: unknown
  readonly value?: unknown
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value && 'end' in value
}
