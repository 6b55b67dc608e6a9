import { randomUUID } from 'node:crypto'

/** What every event of the envelope carries beside the fields of its type. */
export interface EventEnvelope {
  readonly event_id: string
  readonly event_type: string
  /** ISO 8601. */
  readonly timestamp: string
  readonly correlation_id: string
  readonly user_id: string
  readonly schema_version: string
}

/**
 * Begins an event of that type, complete and valid as it stands: a new id, now, a user, version 1.0. Each verb answers a new builder,
 * so one may be the template of many.
 *
 * @example
 * const measured = anEvent('job.metrics_recorded').forUser('user-1').with({ job_id: 'job-1', cpu_usage_percent: 75 })
 * const [first, second] = measured.buildMany(2, (n) => ({ cpu_usage_percent: n * 10 }))
 */
export function anEvent(eventType: string): EventBuilder<object> {
  return new EventBuilder(eventType, {}, {})
}

/** An event in the making. `Fields` is what {@link EventBuilder.with} has added so far. */
export class EventBuilder<Fields extends object> {
  readonly #eventType: string
  readonly #envelope: Partial<EventEnvelope>
  readonly #fields: Fields

  constructor(eventType: string, envelope: Partial<EventEnvelope>, fields: Fields) {
    this.#eventType = eventType
    this.#envelope = envelope
    this.#fields = fields
  }

  withId(event_id: string): EventBuilder<Fields> {
    return this.#but({ event_id })
  }

  /** @param time Unix milliseconds, or a date. */
  at(time: number | Date): EventBuilder<Fields> {
    return this.#but({ timestamp: new Date(time).toISOString() })
  }

  forUser(user_id: string): EventBuilder<Fields> {
    return this.#but({ user_id })
  }

  correlatedWith(correlation_id: string): EventBuilder<Fields> {
    return this.#but({ correlation_id })
  }

  ofVersion(schema_version: string): EventBuilder<Fields> {
    return this.#but({ schema_version })
  }

  /** Adds fields of the event's type, or replaces them. */
  with<More extends object>(fields: More): EventBuilder<Omit<Fields, keyof More> & More> {
    return new EventBuilder(this.#eventType, this.#envelope, { ...this.#fields, ...fields })
  }

  build(): EventEnvelope & Fields {
    return {
      event_id: randomUUID(),
      event_type: this.#eventType,
      timestamp: new Date().toISOString(),
      correlation_id: randomUUID(),
      user_id: 'user-1',
      schema_version: '1.0',
      ...this.#envelope,
      ...this.#fields,
    }
  }

  /** @param vary Fields that differ from one to the next; `n` counts from 0. */
  buildMany(count: number, vary: (n: number) => Partial<Fields> = () => ({})): readonly (EventEnvelope & Fields)[] {
    return Array.from({ length: count }, (_, n) => ({ ...this.build(), ...vary(n) }))
  }

  #but(envelope: Partial<EventEnvelope>): EventBuilder<Fields> {
    return new EventBuilder(this.#eventType, { ...this.#envelope, ...envelope }, this.#fields)
  }
}
