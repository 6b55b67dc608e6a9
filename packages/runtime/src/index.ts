export { BATCH_DEFAULTS, type Batch, type BatchHandler, type BatchItem, type BatchOptions, inBatches } from './batch.ts'
export type { AmqpBinding, KafkaBinding, MqttBinding, TransportBindings } from './bindings.ts'
export { type Clock, systemClock } from './clock.ts'
export { byMessage, consume } from './consume.ts'
export type { Running } from './consumer.ts'
export type {
  ConsumerContract,
  Context,
  Handler,
  Handlers,
  RetryPolicy,
  Violation,
} from './consumer-contract.ts'
export {
  DEAD_LETTER_HEADERS,
  type DeadLetter,
  type DeadLetterDetails,
  type DeadLetterQueue,
  deadLetterHeaders,
  dlqOf,
  LETTER_TOPIC,
  ownHeaders,
  readDeadLetterDetails,
  readHistory,
  redriveHeaders,
} from './dead-letter.ts'
export {
  type Assignment,
  type Attempt,
  type Delivery,
  type Headers,
  type History,
  type Incoming,
  identityOf,
  originOf,
  type Source,
} from './delivery.ts'
export {
  DependencyDown,
  errorType,
  FAILURES,
  Failure,
  type FailureClass,
  type FailureCode,
  type FailureRecord,
  PermanentFailure,
  RetryAfter,
} from './failure.ts'
export type { Fence, Fencing, GroupPartition, Takeover } from './fencing.ts'
export type { Health } from './health.ts'
export type { Claim, Inbox, Lease, Refusal } from './inbox.ts'
export { storable } from './lane-name.ts'
export { type JsonLogOptions, jsonLog, type Log, type LogFields, type LogLevel } from './log.ts'
export { maskPII } from './mask-pii.ts'
export { memoryStore } from './memory-store.ts'
export type { ConsumerMetrics, Histogram } from './metrics.ts'
export { CONSUMER_DEFAULTS, type ConsumerOptions, RETRY_DEFAULTS, type TransactionalOptions } from './options.ts'
export type { Outbox, OutboxMessage } from './outbox.ts'
export { ACK, type Outcome } from './outcome.ts'
export { PARKING_DEFAULTS, type ParkingLimits } from './parked-source.ts'
export type { ParkAnswer, ParkedHead, ParkedLane, ParkedLoad, ParkedMessage, Parking } from './parking.ts'
export type { ParkedKey, ParkedKeys, PartitionHealth, UnsettledDelivery } from './partition-health.ts'
export { type ConsumerSample, type PublisherSample, prometheusText } from './prometheus.ts'
export type { Provisioned, ProvisionOptions, ProvisionRequest } from './provisioning.ts'
export { measurePublishing, PublisherMetrics } from './publisher-metrics.ts'
export { reconnectAfterMs } from './reconnect-after.ts'
export { type LetterFilter, matches, type RedriveOptions, type RedriveReport, redrive } from './redrive.ts'
export type { Handle, Step } from './step.ts'
export type { Decode } from './steps/decode.ts'
export type { Store } from './store.ts'
export { type Suspect, type SuspectRules, Suspects } from './suspects.ts'
export {
  type Meter,
  type Span,
  type SpanContext,
  type SpanOptions,
  type TelemetryOptions,
  type Tracer,
  telemetry,
  tracePublishing,
} from './telemetry.ts'
export { tlsRefusal } from './tls-refusal.ts'
export {
  type Capabilities,
  formatSource,
  type OutgoingMessage,
  type PartitionLag,
  type Receiver,
  type StartPosition,
  type Subscribed,
  type Subscription,
  type Transport,
  type TransportEvent,
} from './transport.ts'
export { noteTrimmed, trimmedNames } from './trim-headers.ts'
export { describeWait, type Wait } from './waits.ts'
export { Watermark } from './watermark.ts'
export { type Aggregate, aggregate, count, max, mean, min, sum } from './windows/aggregate.ts'
export { ALERT_DEFAULTS, type AlertRule, type AlertState, type Episode } from './windows/alert.ts'
export { consumeInWindows, type RunningWindows } from './windows/consume-in-windows.ts'
export { memoryWindowState } from './windows/memory-window-state.ts'
export type { Fold, Sample } from './windows/time-fold.ts'
export type {
  AlertBegan,
  AlertEnded,
  FutureEvent,
  LateEvent,
  WindowMetrics,
  WindowOutput,
  WindowResult,
} from './windows/window-output.ts'
export { hopping, sliding, tumbling, type WindowShape } from './windows/window-shape.ts'
export type {
  StoredWindows,
  WindowChange,
  WindowDecision,
  WindowKey,
  WindowPlace,
  WindowRecord,
  WindowState,
} from './windows/window-state.ts'
export { WINDOW_DEFAULTS, type WindowContext, type Windows } from './windows/windows.ts'
