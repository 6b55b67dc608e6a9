/** Reads a payload or headers schema, in whatever language it is written. */
import type { Payload, SchemaFormat } from '../contract.ts'
import type { Reading } from '../model/reading.ts'
import { isObject } from '../source/pointer.ts'
import { type Node, nodeRef } from '../source/source-file.ts'
import { schemaFormatOf } from './schema-format.ts'

/**
 * `node` as written on the message. `schemaFormat` is the message's own (2.x); a Multi Format Schema Object (3.x) says it beside the
 * schema.
 */
export function readPayload(reading: Reading, node: Node | undefined, schemaFormat?: string): Payload | undefined {
  const target = reading.graph.resolve(node)
  if (!node || !target) return undefined
  const inner = isObject(target.value) ? reading.graph.raw(target, 'schema') : undefined
  const format = reading.graph.string(target, 'schemaFormat')
  if (inner && format !== undefined) return readPayload(reading, inner, format)
  return payload(reading, node, target, schemaFormat)
}

function payload(reading: Reading, node: Node, target: Node, schemaFormat: string | undefined): Payload {
  const format = formatOf(target, schemaFormat)
  const known = {
    format,
    ...(schemaFormat !== undefined && { schemaFormat }),
    raw: target.value,
    at: nodeRef(target),
  }
  if (format === 'protobuf' || format === 'raml' || format === 'unknown') {
    reading.report(notAnalysed(target, schemaFormat ?? format))
    return known
  }
  return { ...known, ...reading.schemas.bundle(node, format) }
}

/** A file that says what it is needs no `schemaFormat`. */
function formatOf({ source }: Node, schemaFormat: string | undefined): SchemaFormat {
  if (/\.avsc$/i.test(source.id)) return 'avro'
  if (/\.proto$/i.test(source.id)) return 'protobuf'
  if (/\.raml$/i.test(source.id)) return 'raml'
  return source.opaque ? 'unknown' : schemaFormatOf(schemaFormat)
}

function notAnalysed(node: Node, language: string) {
  return {
    code: 'schema_not_analysed',
    severity: 'info',
    message: `The schema is written in "${language}", which is kept but not analysed: its fields are unknown here.`,
    fix: 'Write it in JSON Schema or Avro to have its fields checked.',
    at: node.source.locate(node.pointer),
  } as const
}
