import type { Json, JsonObject } from '@longshore/contract'
import type { Delivery, DeliveryMetadata } from '../manifest.ts'
import { asArray, asNumber, asObject, asText, compact } from '../schema/json.ts'
import { bindingLayers, extensionValues, type Site } from './layers.ts'
import { parseRetention } from './retention.ts'

/** How a failed event is tried again. */
export interface Retry {
  readonly policy: Delivery['retry_policy']
  readonly metadata: DeliveryMetadata
}

/**
 * The retries a document declares for an event: `x-delivery.retry` and `x-retry`, the `retry` member proposed for operations,
 * retry topics of a Kafka binding, the bound of an AMQP or SQS binding. `none` when it declares none.
 */
export function retryOf(site: Site): Retry {
  const stated = [
    ...extensionValues(site, 'x-retry', 'retry'),
    ...extensionValues(site, 'x-retry-policy', 'retry_policy'),
  ]
  for (const value of stated) {
    const retry = readRetry(value)
    if (retry) return retry
  }
  const [proposed] = site.operations.flatMap(({ retry }) => (retry ? [readObject(retry.raw)] : []))
  return proposed ?? boundRetry(site) ?? { policy: 'none', metadata: {} }
}

function readRetry(value: Json): Retry | undefined {
  if (value === false || value === null) return { policy: 'none', metadata: {} }
  if (typeof value === 'string') return { policy: policyNamed(value) ?? 'none', metadata: {} }
  if (typeof value === 'number') return { policy: 'fixed', metadata: { 'retry.max.attempts': value } }
  const object = asObject(value)
  return object && readObject(object)
}

const POLICY_KEYS = [
  'policy',
  'backoff',
  'strategy',
  'type',
  'backoffStrategy',
  'backoff_strategy',
  'backoffPolicy',
  'kind',
]
const ATTEMPT_KEYS = ['maxAttempts', 'max_attempts', 'attempts', 'max-attempts', 'retry.max.attempts']
const RETRY_KEYS = ['maxRetries', 'max_retries', 'retries', 'maxRetryCount', 'x-max-retries', 'limit', 'max', 'count']
const DELAY_KEYS = [
  ...['initialDelayMs', 'initialDelay', 'initial_delay_ms', 'initialInterval', 'firstAfterMs', 'delayMs', 'delay'],
  ...[
    'backoffMs',
    'backoff_ms',
    'retry.backoff.ms',
    'interval',
    'intervalMs',
    'wait',
    'baseDelay',
    'baseDelayMs',
    'backoff',
  ],
]
const LONGEST_KEYS = [
  'maxDelayMs',
  'maxDelay',
  'max_delay_ms',
  'maxInterval',
  'maxBackoffMs',
  'retry.backoff.max.ms',
  'cap',
]

function readObject(object: JsonObject): Retry {
  const backoff = asObject(object.backoff) ?? {}
  const members: JsonObject = { ...backoff, ...object }
  const policy = first(members, POLICY_KEYS, (value) => policyNamed(asText(value)))
  const retries = first(members, RETRY_KEYS, asNumber)
  return {
    policy: policy ?? 'fixed',
    metadata: compact({
      'retry.max.attempts': first(members, ATTEMPT_KEYS, asNumber) ?? (retries === undefined ? undefined : retries + 1),
      'retry.backoff.ms': first(members, DELAY_KEYS, parseRetention),
      'retry.backoff.max.ms': first(members, LONGEST_KEYS, parseRetention),
    }),
  }
}

function first<T>(
  object: JsonObject,
  keys: readonly string[],
  read: (value: Json | undefined) => T | undefined,
): T | undefined {
  for (const key of keys) {
    const value = read(object[key])
    if (value !== undefined) return value
  }
  return undefined
}

function policyNamed(text: string | undefined): Delivery['retry_policy'] | undefined {
  const name = text?.toLowerCase() ?? ''
  if (/^expo/.test(name)) return 'exponential'
  if (/^linear|^increment/.test(name)) return 'linear'
  if (/^(fixed|constant|simple|immediate)/.test(name)) return 'fixed'
  return /^(none|never|off|no)$/.test(name) ? 'none' : undefined
}

/** Retries that bindings imply: retry topics, or a number of deliveries after which a message is a dead letter. */
function boundRetry(site: Site): Retry | undefined {
  const topics = bindingLayers(site, 'kafka').flatMap(({ retryTopic }) =>
    asArray(retryTopic ?? null).concat(asText(retryTopic) ?? []),
  )
  if (topics.length > 0) return { policy: 'fixed', metadata: { 'retry.max.attempts': topics.length + 1 } }
  const retries = bindingLayers(site, 'amqp')
    .map(maxRetries)
    .find((bound) => bound !== undefined)
  if (retries !== undefined) return { policy: 'fixed', metadata: { 'retry.max.attempts': retries + 1 } }
  const receives = bindingLayers(site, 'sqs', 'sns').flatMap(receiveCounts)[0]
  return receives === undefined ? undefined : { policy: 'fixed', metadata: { 'retry.max.attempts': receives } }
}

/** The bound on redeliveries in an AMQP binding: the member, or RabbitMQ's delivery limit of a quorum queue. */
export function maxRetries(binding: JsonObject): number | undefined {
  const queue = asObject(binding.queue) ?? {}
  const places = [binding, asObject(binding.arguments), queue, asObject(queue.arguments)]
  const names = ['x-max-retries', 'x-delivery-limit', 'maxRetries', 'max_retries']
  return places.flatMap((place) => names.map((name) => asNumber(place?.[name]))).find((bound) => bound !== undefined)
}

function receiveCounts(binding: JsonObject): readonly number[] {
  const queues = [
    binding,
    asObject(binding.queue),
    ...[...asArray(binding.queues), ...asArray(binding.consumers)].map(asObject),
  ]
  return queues
    .map((queue) => asNumber(asObject(queue?.redrivePolicy)?.maxReceiveCount))
    .filter((count) => count !== undefined)
}
