import { randomUUID } from 'node:crypto'
import { Failure, type Subscription } from '@longshore/runtime'
import type { Qos } from './link.ts'
import type { ResolvedMqttOptions } from './options.ts'
import type { SessionRequest } from './session.ts'
import { covers, filterOf, refuseForeignFilter } from './topic-filter.ts'

/** How a subscription reads: its session and its filters. Fails with CONTRADICTORY_OPTIONS where they cannot keep what is promised. */
export function sessionRequest(wanted: Subscription, options: ResolvedMqttOptions): SessionRequest {
  const { group, bindings, from, window } = wanted
  const binding = bindings.mqtt
  const qos = binding?.qos ?? 1
  const isKept = group !== undefined
  const sessionExpirySeconds = isKept ? (binding?.sessionExpirySeconds ?? options.sessionExpirySeconds) : 0
  const clean = !isKept || binding?.cleanStart === true
  if (isKept) refuseForgetful(qos, clean, sessionExpirySeconds)
  return {
    clientId: clientIdOf(wanted, options),
    clean,
    sessionExpirySeconds,
    // A spool takes what comes, whatever is being worked on: two batches on their way while two are stored.
    receiveMaximum: isKept && options.spool !== undefined ? 4 * options.batch : Math.max(1, window),
    filters: filtersOf(wanted, options),
    qos,
    retained: binding?.retained ?? (from.kind === 'latest' ? 'skip' : 'handle'),
  }
}

/** Topics an MQTT consumer of this subscription gets, and those of its own retry lane. */
function filtersOf(wanted: Subscription, { shared, spool }: ResolvedMqttOptions): readonly string[] {
  const { topics, dlq, group, retryTopic, bindings, address } = wanted
  const filters = topics.map(filterOf)
  for (const filter of filters) {
    refuseForeignFilter(address, filter)
    if (covers(filter, dlq))
      throw contradiction(
        `The dead letter topic ${dlq} is matched by ${filter}: a dead letter would come back at once.`,
      )
  }
  if (group === undefined) return filters
  const all = spool === undefined ? [...filters, retryTopic] : filters
  const name = bindings.mqtt?.sharedGroup ?? group
  if (!shared && bindings.mqtt?.sharedGroup !== undefined)
    throw contradiction(
      `The contract shares the subscription as ${name} and the option shared is false. Set it to true; explain() says what a shared subscription loses.`,
    )
  if (!shared) return all
  if (/[/+#]/.test(name))
    throw contradiction(`The group ${name} cannot be shared on MQTT: / + and # are not allowed in it.`)
  return all.map((filter) => `$share/${name}/${filter}`)
}

/** A session of its own for each subscription: of the process, or of the group where one process at a time reads for all. */
function clientIdOf({ group, retryTopic }: Subscription, { clientId, shared, spool }: ResolvedMqttOptions): string {
  if (group !== undefined && spool !== undefined && !shared) return `longshore:${retryTopic}`
  return group === undefined ? `${clientId}-${randomUUID()}` : `${clientId}:${retryTopic}`
}

function refuseForgetful(qos: Qos, clean: boolean, sessionExpirySeconds: number): void {
  if (qos === 0) return
  if (sessionExpirySeconds === 0)
    throw contradiction(
      `The session expires with its connection (0 s) and messages come at QoS ${qos}: what arrives while the consumer is away is lost. Set a session expiry, or QoS 0.`,
    )
  if (clean)
    throw contradiction(
      `Each start begins with a clean session and messages come at QoS ${qos}: what waits for the consumer is lost. Set clean start to false, or QoS 0.`,
    )
}

function contradiction(message: string): Failure {
  return new Failure('CONTRADICTORY_OPTIONS', message)
}
