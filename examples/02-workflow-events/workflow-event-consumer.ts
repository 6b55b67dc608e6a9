/** The general consumer: any topics, one callback per event, group optional. Written by hand on the runtime, without a generator. */
import {
  type ConsumerContract,
  type ConsumerOptions,
  consume,
  type Handler,
  type Running,
  type Transport,
  type Violation,
} from '@longshore/runtime'

export interface WorkflowEvent {
  readonly event_id: string
  readonly event_type: 'workflow.triggered' | 'workflow.completed' | 'workflow.failed'
  readonly timestamp: string
  readonly source: 'airflow' | 'langgraph' | 'fastapi'
  readonly workflow_id: string
  readonly workflow_run_id: string
  readonly payload: { readonly data: unknown }
  readonly metadata: { readonly environment: 'dev' | 'staging' | 'prod'; readonly version: string }
}

export interface WorkflowConsumerOptions extends ConsumerOptions<WorkflowEvent> {
  readonly transport: Transport
  /** Default `workflow-processor`; `null`: reads everything each time and commits nothing. */
  readonly group?: string | null
}

const MEMBERS = ['event_id', 'event_type', 'timestamp', 'source', 'workflow_id', 'workflow_run_id'] as const

export class WorkflowEventConsumer {
  readonly #options: WorkflowConsumerOptions
  #topics: readonly string[] = ['workflow-events']
  #running: Running | undefined

  constructor(options: WorkflowConsumerOptions) {
    this.#options = options
  }

  /** Says what to read from the next {@link consumeEvents} on. */
  subscribe(topics: readonly string[]): void {
    this.#topics = topics
  }

  /** Starts to call back, once per event; resolves when subscribed. A callback that throws is called again. */
  async consumeEvents(callback: Handler<WorkflowEvent>, topics: readonly string[] = this.#topics): Promise<void> {
    const { transport, group = 'workflow-processor', ...options } = this.#options
    const contract: ConsumerContract<WorkflowEvent> = {
      urn: 'urn:events:workflows:workflow:event',
      topic: topics[0] ?? 'workflow-events',
      retry: { kind: 'exponential', attempts: 3, firstAfterMs: 1_000 },
      pii: [],
      id: 'event_id',
      validate: violationsOf,
      ...(group === null ? {} : { group }),
    }
    this.#running = consume(contract, transport, callback, { ...options, topics })
    await this.#running.start()
  }

  /** Lets running callbacks finish, commits, leaves. */
  async close(): Promise<void> {
    await this.#running?.stop()
  }
}

function violationsOf(value: unknown): readonly Violation[] {
  if (typeof value !== 'object' || value === null) return [{ pointer: '', rule: 'type', message: 'must be object' }]
  return MEMBERS.filter((name) => typeof Reflect.get(value, name) !== 'string').map((name) => ({
    pointer: `/${name}`,
    rule: 'type',
    message: 'must be string',
  }))
}
