import type { Json, JsonObject, JsonSchema } from '@longshore/contract'
import type { DeliveryMetadata } from '../manifest.ts'
import { asArray, asNumber, asObject, asText, compact } from '../schema/json.ts'
import { bindingLayers, extensionValues, type Site } from './layers.ts'
import { parseRetention } from './retention.ts'

/** Facts of a Kafka topic, its consumers and its keys, from the bindings of channel, operations, message and servers. */
export function kafkaMetadata(site: Site): DeliveryMetadata {
  const layers = bindingLayers(site, 'kafka')
  const topic = topicConfiguration(layers)
  const pick = <T>(read: (binding: JsonObject) => T | undefined) =>
    layers.map(read).find((value) => value !== undefined)
  return compact({
    partitions:
      pick((binding) => asNumber(binding.partitions ?? binding['x-partitions'])) ?? stated(site, 'partitions'),
    replicas: pick((binding) => asNumber(binding.replicas ?? binding['x-replicas'])) ?? stated(site, 'replicas'),
    key: pick(({ key }) => asSchema(key)),
    retention_ms: retention(site, topic),
    cleanup_policy: cleanupPolicy(topic),
    max_message_bytes: asNumber(topic['max.message.bytes'] ?? topic.max_message_bytes ?? topic.maxMessageBytes),
    groupId: pick(({ groupId }) => constantOf(groupId)),
    clientId: pick(({ clientId }) => constantOf(clientId)),
    schemaRegistryUrl: serverFact(site, 'schemaRegistryUrl'),
    schemaRegistryVendor: serverFact(site, 'schemaRegistryVendor'),
  })
}

/** `topicConfiguration` as the binding has it, with members that documents write beside it. */
function topicConfiguration(layers: readonly JsonObject[]): JsonObject {
  const outer = layers.flatMap((binding) => [
    binding,
    asObject(binding['x-configs']),
    asObject(binding.topicConfiguration),
  ])
  return Object.assign({}, ...outer.filter((object) => object !== undefined).reverse())
}

function retention(site: Site, topic: JsonObject): number | undefined {
  const own = topic['retention.ms'] ?? topic.retention_ms ?? topic.retentionMs ?? topic.retention
  return [...extensionValues(site, 'x-retention', 'retention'), own].map(parseRetention).find((ms) => ms !== undefined)
}

function cleanupPolicy(topic: JsonObject): readonly string[] | undefined {
  const written = topic['cleanup.policy'] ?? topic.cleanup_policy ?? topic.cleanupPolicy
  const names = [...asArray(written), ...(asText(written)?.split(',') ?? [])].map((name) => asText(name)?.trim())
  const policies = names.filter((name) => name !== undefined)
  return policies.length > 0 ? policies : undefined
}

/** The one value a binding's schema allows: consumer groups and client ids are written as schemas. */
function constantOf(value: Json | undefined): string | undefined {
  const schema = asObject(value)
  if (!schema) return asText(value)
  const allowed = asArray(schema.enum)
  return asText(schema.const) ?? (allowed.length === 1 ? asText(allowed[0]) : undefined) ?? asText(schema.default)
}

function asSchema(value: Json | undefined): JsonSchema | undefined {
  return typeof value === 'boolean' ? value : asObject(value)
}

function stated(site: Site, name: 'partitions' | 'replicas'): number | undefined {
  return extensionValues(site, `x-${name}`, name)
    .map(asNumber)
    .find((value) => value !== undefined)
}

function serverFact({ servers }: Site, name: string): string | undefined {
  return servers.map(({ bindings }) => asText(bindings.kafka?.[name])).find(Boolean)
}
