import type { Json, JsonObject, JsonSchema } from '@longshore/contract'
import { detectPii, flatten, type Manifest, type SchemaField } from '@longshore/manifest'

/** Whether a channel's message keys tell who a person is, by what their schema names and holds. */
export function keyIsPii(manifests: readonly Manifest[]): boolean {
  return manifests.some(
    ({ patterns, delivery }) =>
      patterns.detected.some(({ pattern }) => pattern === 'user_keyed_ordering') ||
      holdsPii(delivery.contract.metadata.key),
  )
}

function holdsPii(key: JsonSchema | undefined): boolean {
  if (typeof key !== 'object') return false
  return flatten(asProperty(key)).some((field) => detectPii({ ...field, type: typeOf(field) }) !== undefined)
}

/** A key is judged like a property, for mostly it is no object; its references point into its own definitions. */
function asProperty(key: JsonObject): JsonObject {
  const { $defs, ...schema } = key
  return { properties: { key: schema }, ...($defs === undefined ? {} : { $defs }) }
}

function typeOf({ schemas }: SchemaField): string {
  return schemas.map(({ type }) => type).find(isText) ?? 'string'
}

function isText(value: Json | undefined): value is string {
  return typeof value === 'string'
}
