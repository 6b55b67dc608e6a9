/**
 * Turns a schema of the graph into a self-contained JSON Schema. Each definition is copied once per contract and then shared by all
 * the payloads that need it, so that the cost follows the size of the contract and not channels times schemas.
 */
import type { Json, JsonObject, JsonSchema } from '../contract.ts'
import type { Diagnostic } from '../diagnostic.ts'
import { thousands } from '../print/thousands.ts'
import { type Graph, keyOf, referenceIn } from '../references/graph.ts'
import { isObject, memberOf } from '../source/pointer.ts'
import type { Node } from '../source/source-file.ts'
import { avroToJsonSchema } from './avro-to-json-schema.ts'
import { definitionNames, nameOfPlace } from './definition-names.ts'
import { type Copy, copySchema, type Definition } from './schema-copy.ts'
import { schemaFormatOf } from './schema-format.ts'

export type Dialect = 'json-schema' | 'openapi' | 'avro'

export interface Bundled {
  readonly schema: JsonSchema
  /** What the contract calls the schema, when the payload is a reference to it. */
  readonly name?: string
}

/** Keywords that may stand beside a `$ref` without changing what is valid. */
const ANNOTATIONS = /^(title|description|deprecated|readOnly|writeOnly|examples?|externalDocs|summary|x-.*)$/

export interface SchemaBundler {
  /** What `#/$defs/<name>` means in all the schemas bundled so far. */
  definition(name: string): Json | undefined
  /** Every JSON Schema object bundled so far, each once. */
  copies(): Iterable<Copy>
  bundle(node: Node, dialect: Dialect): Bundled
}

/** Most definitions handed out in all bundles together. Real documents stay a hundred times below. */
const MAX_HANDED_OUT = 1_000_000

export function schemaBundler(graph: Graph, report: (diagnostic: Diagnostic) => void): SchemaBundler {
  const names = definitionNames()
  const definitions = new Map<string, Definition>()
  const roots = new Map<string, Definition>()
  const pending: (() => void)[] = []
  const bundles = new Map<string, Bundled>()
  const copies = new Map<Json, Copy>()
  let handedOut = 0
  return {
    definition: (name) => definitions.get(name)?.schema,
    copies: () => copies.values(),
    bundle(node, dialect) {
      const key = `${dialect} ${keyOf(node)}`
      const bundled = bundles.get(key) ?? bundle(node, dialect)
      bundles.set(key, bundled)
      return bundled
    },
  }

  function bundle(node: Node, dialect: Dialect): Bundled {
    const { target, overlay } = rootOf(node)
    const definition = copy(target, dialectOf(target, dialect))
    for (let define = pending.pop(); define; define = pending.pop()) define()
    const root = overlay && isObject(definition.schema) ? { ...definition.schema, ...overlay } : definition.schema
    const name = target === node ? avroName(target, dialect) : nameOf(graph.step(node) ?? target)
    return { schema: withDefinitions(root, definition.needs, node), ...(name !== undefined && { name }) }
  }

  /** The schema behind a reference, when the reference adds annotations at most; else the reference itself is the root. */
  function rootOf(node: Node): { readonly target: Node; readonly overlay?: JsonObject } {
    if (referenceIn(node.value) === undefined || !isObject(node.value)) return { target: node }
    const siblings = Object.entries(node.value).filter(([key]) => key !== '$ref')
    const next = graph.step(node)
    if (!next || !graph.resolve(node) || !siblings.every(([key]) => ANNOTATIONS.test(key))) return { target: node }
    const { target, overlay } = rootOf(next)
    return { target, overlay: { ...overlay, ...Object.fromEntries(siblings) } }
  }

  function withDefinitions(root: Json, needs: ReadonlySet<string>, at: Node): JsonSchema {
    if (!isObject(root)) return root !== false
    if (needs.size === 0) return root
    const reached = new Set(needs)
    for (const name of reached) for (const need of definitions.get(name)?.needs ?? []) reached.add(need)
    handedOut += reached.size
    if (handedOut > MAX_HANDED_OUT) {
      report(tooManyDefinitions(at))
      return true
    }
    return {
      ...root,
      $defs: Object.fromEntries([...reached].map((name) => [name, definitions.get(name)?.schema ?? true])),
    }
  }

  function nameOf(node: Node): string {
    return names.nameOf(keyOf(node), nameOfPlace(node.source.id, node.pointer))
  }

  /** Gives the name of the schema the reference leads to, which is defined before the bundle is done: later, not deeper. */
  function define(node: Node, dialect: Dialect): string | undefined {
    const target = graph.step(node)
    if (!target || !graph.resolve(node)) return undefined
    const name = nameOf(target)
    if (!definitions.has(name)) {
      definitions.set(name, { schema: true, needs: new Set() })
      pending.push(() => definitions.set(name, copy(target, dialectOf(target, dialect))))
    }
    return name
  }

  /** Each place is copied once, whether as a root or as a definition. */
  function copy(node: Node, dialect: Dialect): Definition {
    const key = `${dialect} ${keyOf(node)}`
    const copied = roots.get(key) ?? copyAs(node, dialect)
    roots.set(key, copied)
    return copied
  }

  function copyAs(node: Node, dialect: Dialect): Definition {
    const wrapped = graph.raw(node, 'schema')
    const format = memberOf(node.value, 'schemaFormat')
    if (wrapped && typeof format === 'string') return copy(wrapped, dialectNamed(format) ?? dialect)
    if (dialect === 'avro' && referenceIn(node.value) === undefined) return copyAvro(node)
    return copySchema(node, {
      graph,
      dialect: dialect === 'avro' ? 'json-schema' : dialect,
      define: (reference) => define(reference, dialect),
      onCopy: (copied) => copies.set(copied.node.value, copied),
    })
  }

  function copyAvro(node: Node): Definition {
    const { schema, types } = avroToJsonSchema(node.value, (fullName) =>
      names.nameOf(`avro ${keyOf(node)} ${fullName}`, fullName),
    )
    const needs = new Set(types.keys())
    for (const [name, type] of types) definitions.set(name, { schema: type, needs })
    return { schema, needs }
  }
}

function tooManyDefinitions(node: Node): Diagnostic {
  return {
    code: 'document_too_large',
    severity: 'error',
    message: `The payloads share more than ${thousands(MAX_HANDED_OUT)} definitions; this one is left out.`,
    fix: 'Split the document, or break the longest chains of references.',
    at: node.source.locate(node.pointer),
  }
}

/** A file that says what it is needs no `schemaFormat`. */
function dialectOf({ source }: Node, dialect: Dialect): Dialect {
  if (/\.avsc$/i.test(source.id)) return 'avro'
  const openapi = memberOf(source.value, 'openapi')
  return typeof openapi === 'string' && openapi.startsWith('3.0') ? 'openapi' : dialect
}

function dialectNamed(mediaType: string): Dialect | undefined {
  const format = schemaFormatOf(mediaType)
  return format === 'json-schema' || format === 'openapi' || format === 'avro' ? format : undefined
}

function avroName(node: Node, dialect: Dialect): string | undefined {
  const name = memberOf(node.value, 'name')
  return dialectOf(node, dialect) === 'avro' && typeof name === 'string' ? name : undefined
}
