import type { JsonObject, JsonSchema } from '@longshore/contract'
import { docComment } from '../print/comment.ts'
import { type Doc, hardline, indent, join, layout, list } from '../print/layout.ts'
import { literal, objectLiteral } from '../print/literal.ts'
import { propertyKey } from '../print/quote.ts'
import type { SourceFile } from '../print/source-file.ts'
import { requiredOf, stringOf, stringsOf, typesOf, valuesOf } from '../schema/keywords.ts'
import { dereference, schemaGraph } from '../schema/schema-graph.ts'
import { schemaMap } from '../schema/subschemas.ts'

/** Headers travel as text, so their types are flat: a number, a boolean, one of some texts, or any text. */
interface HeaderField {
  readonly name: string
  readonly required: boolean
  readonly description: string
  readonly read: 'text' | 'number' | 'boolean' | readonly string[]
}

/** The headers of an event as a type, and the function that reads them; nothing when the contract gives none. */
export function printEventHeaders(
  headers: JsonSchema | undefined,
  event: string,
  checks: string,
  file: SourceFile,
): readonly string[] {
  const fields = fieldsOf(headers)
  if (fields.length === 0) return []
  const type = `${event}Headers`
  const texts = file.type('HeaderTexts', checks)
  const readers = Object.fromEntries(fields.map(({ name, read }) => [name, read]))
  return [
    layout([`export interface ${type} {`, indent(fields.flatMap((field) => [hardline, member(field)])), hardline, '}']),
    [
      ...docComment('The headers of a message; one that is missing, or does not read as its type, is left out.'),
      layout(list(`export function read${type}(`, [`headers: ${texts}`], `): Partial<${type}> {`)),
      layout(['  return ', `${file.value('readHeaders', checks)}<${type}>(headers, `, objectLiteral(readers), ')'], 1),
      '}',
    ].join('\n'),
  ]
}

function fieldsOf(headers: JsonSchema | undefined): readonly HeaderField[] {
  if (headers === undefined) return []
  const graph = schemaGraph(headers)
  const root = dereference(graph, headers)
  if (typeof root === 'boolean') return []
  const required = new Set(requiredOf(root))
  return schemaMap(root.properties).map(([name, schema]) => {
    const target = dereference(graph, schema)
    const field = typeof target === 'boolean' ? {} : target
    return {
      name,
      required: required.has(name),
      description: stringOf(field, 'description') ?? '',
      read: readingOf(field),
    }
  })
}

function readingOf(schema: JsonObject): HeaderField['read'] {
  const values = valuesOf(schema)
  if (values !== undefined) return values.length === stringsOf(values).length ? stringsOf(values) : 'text'
  const [type] = typesOf(schema)
  if (type === 'number' || type === 'integer') return 'number'
  return type === 'boolean' ? 'boolean' : 'text'
}

function member({ name, required, description, read }: HeaderField): Doc {
  const comment = docComment(description, 1).flatMap((text) => [text, hardline])
  const type: Doc = typeof read === 'string' ? (read === 'text' ? 'string' : read) : join(' | ', read.map(literal))
  return [...comment, `readonly ${propertyKey(name)}${required ? '' : '?'}: `, type]
}
