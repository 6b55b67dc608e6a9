/** Three runs of a workflow, one event that is not one, and what becomes of each. */
import { memoryTransport } from '@longshore/transport-memory'
import { type WorkflowEvent, WorkflowEventConsumer } from './workflow-event-consumer.ts'

const transport = memoryTransport()
const log = { debug() {}, info() {}, warn() {}, error: (message: string, fields = {}) => print(message, fields) }
const consumer = new WorkflowEventConsumer({ transport, log })
const seen: string[] = []
const { promise: allSeen, resolve } = Promise.withResolvers<void>()

await transport.publish([
  { topic: 'workflow-events', key: 'nightly', value: bytes(event('workflow.triggered', 'run-1')) },
  { topic: 'workflow-events', key: 'nightly', value: bytes({ event_type: 'workflow.triggered' }) },
  { topic: 'workflow-events', key: 'nightly', value: bytes(event('workflow.failed', 'run-1')) },
  { topic: 'workflow-events', key: 'nightly', value: bytes(event('workflow.completed', 'run-2')) },
])
await consumer.consumeEvents((workflow, { attempt }) => {
  if (workflow.event_type === 'workflow.failed' && attempt === 1) throw new Error('tried again')
  console.log(`${workflow.event_type} ${workflow.workflow_run_id}, attempt ${attempt}`)
  seen.push(workflow.event_id)
  if (seen.length === 3) resolve()
})
await allSeen
await consumer.close()
console.log('closed')

function event(event_type: WorkflowEvent['event_type'], workflow_run_id: string): WorkflowEvent {
  return {
    event_id: `${workflow_run_id}-${event_type}`,
    event_type,
    timestamp: '2026-01-01T00:00:00Z',
    source: 'airflow',
    workflow_id: 'nightly',
    workflow_run_id,
    payload: { data: {} },
    metadata: { environment: 'dev', version: '1.0' },
  }
}

function bytes(value: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(value))
}

function print(message: string, fields: { readonly [name: string]: unknown }): void {
  console.log(`${message}: ${fields.reason}`)
}
