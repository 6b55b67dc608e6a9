/**
 * Real-time risk: the average risk of each organisation over five minutes, and an alert while it is above 0.8. Assessments come twice,
 * late, far too late and from the future; the average is that of what has happened, whenever it was heard of. The clock is turned by
 * hand, so that five minutes cost no time.
 */
import {
  type ConsumerContract,
  consumeInWindows,
  memoryStore,
  memoryWindowState,
  sliding,
  type WindowOutput,
} from '@longshore/runtime'
import { ManualClock, silentLog } from '@longshore/testing'
import { memoryTransport } from '@longshore/transport-memory'

interface RiskAssessment {
  readonly reportId: string
  readonly organizationId: string
  /** Unix milliseconds. */
  readonly timestamp: number
  /** 0 to 1. */
  readonly riskScore: number
}

const riskAssessments: ConsumerContract<RiskAssessment> = {
  urn: 'urn:events:dora:risk:assessed',
  topic: 'risk-assessments',
  group: 'real-time-risk',
  id: 'reportId',
  pii: [],
  validate: () => [],
}

const MINUTE = 60 * 1_000
const nine = Date.UTC(2026, 0, 5, 9)
const clock = new ManualClock(nine)
const transport = memoryTransport({ clock })

const consumer = consumeInWindows(
  riskAssessments,
  transport,
  {
    shape: sliding(5 * MINUTE),
    time: ({ timestamp }) => timestamp,
    value: ({ riskScore }) => riskScore,
    graceMs: 2 * MINUTE,
    alert: { above: 0.8, hysteresis: 0.05, minSamples: 3 },
    state: memoryWindowState(),
    put: (outputs) => {
      for (const output of outputs) console.log(`  ${describe(output)}`)
    },
  },
  { store: memoryStore({ clock }), clock, log: silentLog },
)
await consumer.start()

await assessed('09:00', 'r1', 0.65)
await assessed('09:01', 'r2', 0.85)
await assessed('09:02', 'r3', 1)
await assessed('09:03', 'r4', 0.9)
await assessed('09:03', 'r4', 0.9, 'the same again')
await assessed('09:02', 'r5', 0.2, 'late')
await assessed('10:00', 'r6', 0, 'from the future')
await assessed('09:00', 'r7', 0, 'too late')
await assessed('09:06', 'r8', 0.95)
await assessed('09:08', 'r9', 1)
await assessed('09:09', 'r10', 0.9)

console.log('eight minutes of silence')
await clock.turn(8 * MINUTE)

const { accepted, late, future, revisions, alerts } = consumer.windows
console.log({ accepted, duplicates: consumer.metrics.duplicates, late, future, revisions, alerts })
await consumer.stop()

/** One assessment, published a little after its time, or now where that is later. */
async function assessed(time: string, reportId: string, riskScore: number, remark = ''): Promise<void> {
  const timestamp = Date.parse(`2026-01-05T${time}Z`)
  const isFuture = timestamp - clock.now() > 30 * MINUTE
  await clock.turn(isFuture ? 0 : Math.max(0, timestamp + 30_000 - clock.now()))
  console.log(`${time} ${reportId} ${riskScore.toFixed(2)} ${remark}`.trimEnd())
  const value = Buffer.from(JSON.stringify({ reportId, organizationId: 'acme', timestamp, riskScore }))
  await transport.publish([{ topic: 'risk-assessments', key: 'acme', value }])
  await clock.turn(0)
}

function describe(output: WindowOutput): string {
  if (output.kind === 'result') {
    const revised = output.revision === 0 ? '' : `, revision ${output.revision}`
    return `average at ${at(output.endMs)}: ${output.value.toFixed(3)} of ${output.count}${revised}`
  }
  if (output.kind === 'alert-began') return `ALERT: ${output.key} at ${output.value.toFixed(3)}`
  if (output.kind === 'alert-ended') return `alert over (${output.why}), it reached ${output.peak.toFixed(3)}`
  if (output.kind === 'late') return `left out: ${output.behindMs / MINUTE} min behind`
  return `quarantined: ${output.aheadMs / MINUTE} min ahead`
}

function at(ms: number): string {
  return new Date(ms).toISOString().slice(11, 16)
}
