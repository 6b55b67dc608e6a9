import type { Rule } from './rule.ts'
import { amqpWithoutDeadLetterExchange } from './rules/amqp-without-dead-letter-exchange.ts'
import { backwardCompatibleSchema } from './rules/backward-compatible-schema.ts'
import { balancedSchema } from './rules/balanced-schema.ts'
import { compactedPii } from './rules/compacted-pii.ts'
import { deadLetterLoop } from './rules/dead-letter-loop.ts'
import { deprecatedWithoutSunset } from './rules/deprecated-without-sunset.ts'
import { dlqConfigured } from './rules/dlq-configured.ts'
import { dlqWithoutRetries } from './rules/dlq-without-retries.ts'
import { entityKeyedOrdering } from './rules/entity-keyed-ordering.ts'
import { exponentialWithoutBackoff } from './rules/exponential-without-backoff.ts'
import { highFanout } from './rules/high-fanout.ts'
import { keyedOrdering } from './rules/keyed-ordering.ts'
import { lossyQos } from './rules/lossy-qos.ts'
import { lostSession } from './rules/lost-session.ts'
import { missingDlq } from './rules/missing-dlq.ts'
import { moderateFanout } from './rules/moderate-fanout.ts'
import { multiPartitionNoKey } from './rules/multi-partition-no-key.ts'
import { noOwner } from './rules/no-owner.ts'
import { noPayloadSchema } from './rules/no-payload-schema.ts'
import { piiInAddress } from './rules/pii-in-address.ts'
import { piiInKey } from './rules/pii-in-key.ts'
import { piiRetention } from './rules/pii-retention.ts'
import { retryWithoutMaxAttempts } from './rules/retry-without-max-attempts.ts'
import { rigidSchema } from './rules/rigid-schema.ts'
import { routingKeyOrdering } from './rules/routing-key-ordering.ts'
import { shortRetention } from './rules/short-retention.ts'
import { singleReplica } from './rules/single-replica.ts'
import { toldApartBySchema } from './rules/told-apart-by-schema.ts'
import { transientQueue } from './rules/transient-queue.ts'
import { unconfirmedPii } from './rules/unconfirmed-pii.ts'
import { undeclaredDlq } from './rules/undeclared-dlq.ts'
import { unknownTransport } from './rules/unknown-transport.ts'
import { unreasonableBackoff } from './rules/unreasonable-backoff.ts'
import { userKeyedOrdering } from './rules/user-keyed-ordering.ts'

/** All rules, in the order in which docs/rules.md tells them: dead letters, personal data, retries, order, fan-out, transport, evolution. */
export const RULES: readonly Rule[] = [
  missingDlq,
  dlqWithoutRetries,
  dlqConfigured,
  undeclaredDlq,
  deadLetterLoop,
  amqpWithoutDeadLetterExchange,
  piiRetention,
  compactedPii,
  piiInKey,
  piiInAddress,
  unconfirmedPii,
  noPayloadSchema,
  noOwner,
  exponentialWithoutBackoff,
  unreasonableBackoff,
  retryWithoutMaxAttempts,
  multiPartitionNoKey,
  userKeyedOrdering,
  entityKeyedOrdering,
  keyedOrdering,
  routingKeyOrdering,
  highFanout,
  moderateFanout,
  unknownTransport,
  shortRetention,
  singleReplica,
  transientQueue,
  lossyQos,
  lostSession,
  toldApartBySchema,
  rigidSchema,
  balancedSchema,
  backwardCompatibleSchema,
  deprecatedWithoutSunset,
]
