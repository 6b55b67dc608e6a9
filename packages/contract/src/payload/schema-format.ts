/** Which schema language a media type names, and which dialects reach JSON Schema. */
import type { SchemaFormat } from '../contract.ts'

/** From the `schemaFormat` of a document; without one it is AsyncAPI's own JSON Schema. */
export function schemaFormatOf(mediaType: string | undefined): SchemaFormat {
  if (mediaType === undefined) return 'json-schema'
  const type = mediaType.toLowerCase()
  if (type.includes('avro')) return 'avro'
  if (type.includes('openapi')) return 'openapi'
  if (type.includes('protobuf')) return 'protobuf'
  if (type.includes('raml')) return 'raml'
  return type.includes('asyncapi') || type.includes('schema+') ? 'json-schema' : 'unknown'
}
