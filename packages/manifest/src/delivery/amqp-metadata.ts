import type { Json, JsonObject } from '@longshore/contract'
import type { DeliveryMetadata } from '../manifest.ts'
import { asBoolean, asNumber, asObject, asText, compact } from '../schema/json.ts'
import { deadLetterExchange } from './dead-letters.ts'
import { bindingLayers, extensionValues, type Site } from './layers.ts'
import { parseRetention } from './retention.ts'
import { maxRetries } from './retry.ts'

/**
 * Facts of an AMQP exchange, its queue and how they are read. Beside the binding's own members those are read that people add to
 * it: `routing_key`, `prefetch`, `x-max-retries`, `ttl`, `dead_letter_exchange`, also as `arguments` of the queue.
 */
export function amqpMetadata(site: Site): DeliveryMetadata {
  const layers = bindingLayers(site, 'amqp')
  const pick = <T>(read: (binding: JsonObject) => T | undefined) =>
    layers.map(read).find((value) => value !== undefined)
  const ofQueue = (name: string, other: string = name) =>
    pick((binding) => asBoolean(asObject(binding.queue)?.[name] ?? binding[name] ?? binding[other]))
  const ttl = pick((binding) => parseRetention(argument(binding, TTL_NAMES)))
  return compact({
    exchange: pick(exchangeOf),
    queue: pick((binding) => asText(asObject(binding.queue)?.name) ?? asText(binding.queue)),
    routing_key:
      pick((binding) => asText(argument(binding, ['routingKey', 'routing_key', 'x-routing-key']))) ?? impliedKey(site),
    durable: ofQueue('durable'),
    exclusive: ofQueue('exclusive'),
    auto_delete: ofQueue('autoDelete', 'auto_delete'),
    prefetch: pick((binding) =>
      asNumber(argument(binding, ['prefetch', 'prefetchCount', 'prefetch_count', 'x-prefetch-count'])),
    ),
    'x-max-retries': pick(maxRetries),
    ttl,
    retention_ms:
      extensionValues(site, 'x-retention', 'retention')
        .map(parseRetention)
        .find((ms) => ms !== undefined) ?? ttl,
    dead_letter_exchange: pick(deadLetterExchange),
  })
}

const TTL_NAMES = ['ttl', 'x-message-ttl', 'messageTtl', 'message_ttl', 'expiration']

function exchangeOf({ exchange, exchangeType }: JsonObject): DeliveryMetadata['exchange'] {
  const object = asObject(exchange)
  const name = asText(object?.name) ?? asText(exchange)
  return name === undefined ? undefined : { name, type: asText(object?.type) ?? asText(exchangeType) ?? 'topic' }
}

/** A channel that is a routing key (the binding's default) has its address as the key. */
function impliedKey(site: Site): string | undefined {
  const binding = asObject(site.channel.bindings.amqp)
  const isKey = binding && binding.is !== 'queue' && exchangeOf(binding) !== undefined
  return isKey ? (site.channel.address ?? undefined) : undefined
}

/** The first of the members by these names in a binding, its queue, or the arguments of either. */
function argument(binding: JsonObject, names: readonly string[]): Json | undefined {
  const queue = asObject(binding.queue) ?? {}
  const places = [binding, asObject(binding.arguments), queue, asObject(queue.arguments)]
  return places.flatMap((place) => names.map((name) => place?.[name])).find((value) => value !== undefined)
}
