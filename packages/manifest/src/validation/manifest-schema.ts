import type { JsonObject } from '@longshore/contract'

const TEXT: JsonObject = { type: 'string' }
const NAME: JsonObject = { type: 'string', minLength: 1 }
const FLAG: JsonObject = { type: 'boolean' }
const TEXTS: JsonObject = { type: 'array', items: TEXT }
const SHARE: JsonObject = { type: 'number', minimum: 0, maximum: 1 }
const COUNT: JsonObject = { type: 'integer', minimum: 0 }
const SCHEMA: JsonObject = { type: ['object', 'boolean'] }

/** An object of which only these members are checked: unknown keys are kept. */
function object(properties: JsonObject, required: readonly string[], description?: string): JsonObject {
  return { type: 'object', ...(description && { description }), required, properties }
}

function oneOfTexts(...values: readonly string[]): JsonObject {
  return { type: 'string', enum: values }
}

const EVENT = object(
  {
    name: { ...NAME, description: 'For instance user.created.' },
    version: NAME,
    lifecycle: object({ status: oneOfTexts('active', 'deprecated'), sunset_at: TEXT }, ['status']),
  },
  ['name', 'version', 'lifecycle'],
)

const FIELD = object(
  {
    path: { ...TEXT, description: 'For instance customer.addresses[].street; values of a map are labels.*.' },
    name: TEXT,
    type: NAME,
    format: TEXT,
    required: FLAG,
    description: TEXT,
    pii: { ...FLAG, description: 'Whether the field is personal data.' },
    category: NAME,
    tier: oneOfTexts('explicit', 'definite', 'potential', 'contextual'),
    confidence: SHARE,
    evidence: TEXTS,
  },
  ['path', 'name', 'type', 'required', 'pii'],
)

const PAYLOAD = object(
  {
    format: oneOfTexts('json-schema', 'avro', 'protobuf', 'raml', 'unknown'),
    payload: { ...SCHEMA, description: 'Self-contained JSON Schema: references point into its own $defs.' },
    headers: SCHEMA,
    name: NAME,
    examples: { type: 'array' },
    fields: { type: 'array', items: { $ref: '#/$defs/Field' } },
    header_fields: { type: 'array', items: { $ref: '#/$defs/Field' } },
    compatibility: object({ policy: oneOfTexts('backward', 'forward', 'full', 'none') }, ['policy']),
  },
  ['format', 'fields', 'compatibility'],
)

const DELIVERY_METADATA = object(
  {
    partitions: COUNT,
    replicas: COUNT,
    key: SCHEMA,
    retention_ms: { type: 'integer', minimum: -1, description: 'Milliseconds; -1 is for ever.' },
    cleanup_policy: TEXTS,
    max_message_bytes: COUNT,
    groupId: TEXT,
    clientId: TEXT,
    'retry.max.attempts': { ...COUNT, description: 'Total tries, the first included.' },
    'retry.backoff.ms': COUNT,
    'retry.backoff.max.ms': COUNT,
    ordering_key: TEXT,
    exchange: object({ name: TEXT, type: TEXT }, ['name', 'type']),
    queue: TEXT,
    routing_key: TEXT,
    durable: FLAG,
    exclusive: FLAG,
    auto_delete: FLAG,
    prefetch: COUNT,
    'x-max-retries': COUNT,
    ttl: { type: 'integer', minimum: -1 },
    dead_letter_exchange: TEXT,
    qos: { type: 'integer', enum: [0, 1, 2] },
    retain: FLAG,
    clean_session: FLAG,
    session_expiry: COUNT,
    shared_group: TEXT,
    tls: FLAG,
    receivers: COUNT,
  },
  [],
)

const DELIVERY = object(
  {
    transport: { ...NAME, description: 'kafka, amqp, mqtt, …, or unknown.' },
    transports: { type: 'array', items: NAME },
    topic: TEXT,
    dlq: NAME,
    retry_policy: oneOfTexts('exponential', 'linear', 'fixed', 'none'),
    guarantees: oneOfTexts('at-least-once', 'exactly-once', 'best-effort'),
    confidence: SHARE,
    evidence: TEXTS,
    metadata: DELIVERY_METADATA,
  },
  ['transport', 'topic', 'retry_policy', 'guarantees', 'confidence', 'evidence', 'metadata'],
)

const PATTERN = object(
  {
    pattern: NAME,
    confidence: SHARE,
    severity: oneOfTexts('error', 'warn', 'info'),
    message: TEXT,
    recommendation: TEXT,
    metadata: { type: 'object' },
  },
  ['pattern', 'confidence', 'severity', 'message', 'recommendation', 'metadata'],
)

const CHANNEL = object(
  {
    name: TEXT,
    address: { type: ['string', 'null'] },
    actions: { type: 'array', items: oneOfTexts('send', 'receive') },
    parameters: { type: 'array', items: object({ name: NAME, description: TEXT, enum: TEXTS }, ['name']) },
    siblings: TEXTS,
    told_apart_by: object({ kind: oneOfTexts('property', 'header', 'schema') }, ['kind']),
  },
  ['name', 'address', 'actions', 'parameters', 'siblings'],
)

const METADATA = object(
  {
    source_type: oneOfTexts('asyncapi'),
    source_version: NAME,
    source_hash: { type: 'string', pattern: '^[0-9a-f]{64}$' },
    source_file: TEXT,
    pointer: TEXT,
    owner: TEXT,
    tags: TEXTS,
  },
  ['source_type', 'source_version', 'source_hash', 'source_file', 'pointer', 'tags'],
)

/** The JSON Schema of a manifest, published as `manifest.schema.json`. Unknown keys are allowed everywhere. */
export const MANIFEST_SCHEMA: JsonObject = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'Event Protocol manifest',
  description:
    'One event of a contract: what it is called, what it carries, how it travels and what is risky about it.',
  ...object(
    {
      protocol: { const: 'event-protocol/v1' },
      urn: {
        type: 'string',
        pattern: '^urn:events:[a-z0-9]+(-[a-z0-9]+)*:[a-z0-9]+(-[a-z0-9]+)*:[a-z0-9]+(-[a-z0-9]+)*$',
        description: 'urn:events:{domain}:{entity}:{action}',
      },
      event: { $ref: '#/$defs/Event' },
      semantics: object({ purpose: TEXT }, ['purpose']),
      schema: { $ref: '#/$defs/Schema' },
      delivery: object({ contract: { $ref: '#/$defs/Delivery' } }, ['contract']),
      patterns: object({ detected: { type: 'array', items: { $ref: '#/$defs/Pattern' } } }, ['detected']),
      governance: object(
        {
          policy: object({ classification: oneOfTexts('internal', 'confidential', 'pii'), legal_basis: TEXT }, [
            'classification',
          ]),
        },
        ['policy'],
      ),
      channel: { $ref: '#/$defs/Channel' },
      metadata: { $ref: '#/$defs/Metadata' },
    },
    ['protocol', 'urn', 'event', 'semantics', 'schema', 'delivery', 'patterns', 'governance', 'channel', 'metadata'],
  ),
  $defs: {
    Event: EVENT,
    Schema: PAYLOAD,
    Field: FIELD,
    Delivery: DELIVERY,
    Pattern: PATTERN,
    Channel: CHANNEL,
    Metadata: METADATA,
  },
}
