import { describe, expect, it } from 'vitest'
import { linesBetween, manifestOf } from '../../test/manifest-of.ts'
import { generateEventConsumer, generateKafkaConsumer } from './generate-event-consumer.ts'

describe('a printed Kafka consumer', () => {
  it('holds what the contract says as a literal', () => {
    const text = generateKafkaConsumer(
      manifestOf({
        pii: ['user.email'],
        delivery: { dlq: 'user.created.dlq', retry_policy: 'exponential' },
        metadata: { groupId: 'user-service', 'retry.max.attempts': 3, 'retry.backoff.ms': 1_000, partitions: 3 },
      }),
    )
    expect(linesBetween(text, 'export const userCreated', '}')).toEqual([
      'export const userCreated: ConsumerContract<UserCreated> = {',
      "  urn: 'urn:events:identity:user:created',",
      "  topic: 'user.created',",
      "  group: 'user-service',",
      "  dlq: 'user.created.dlq',",
      "  retry: { kind: 'exponential', attempts: 3, firstAfterMs: 1_000 },",
    ])
    expect(text).toContain("  pii: ['user.email'],\n  validate: validateUserCreated,\n")
    expect(text).toContain('  bindings: { kafka: { partitions: 3 } },\n')
  })

  it('is a class with start, stop and explain that hands the contract to the runtime', () => {
    const text = generateKafkaConsumer(manifestOf())
    expect(text).toContain('export class UserCreatedConsumer {')
    expect(text).toContain('    this.run = consume(userCreated, transport, handle, options)')
    expect(text).toMatch(/start\(\): Promise<void>[\s\S]*stop\(\): Promise<void>[\s\S]*explain\(\): string/)
  })

  it('takes its transport from outside and the handler of the event by default', () => {
    expect(generateKafkaConsumer(manifestOf())).toContain(
      '  constructor({ transport, handle = handleUserCreated, ...options }: UserCreatedConsumerOptions) {',
    )
  })

  it('says purpose, URN, PII, dead letters, order and warnings above the class', () => {
    const text = generateKafkaConsumer(
      manifestOf({
        pii: ['email'],
        delivery: { dlq: 'user.created.dlq' },
        metadata: { key: { type: 'string' } },
        patterns: [
          {
            pattern: 'dlq_without_retries',
            confidence: 0.75,
            severity: 'warn',
            message: 'A DLQ and no retries',
            recommendation: 'Declare a retry policy',
            metadata: {},
          },
        ],
      }),
    )
    expect(linesBetween(text, '/**\n * A user'.split('\n')[1] ?? '', ' */')).toEqual([
      ' * A user signed up.',
      ' *',
      ' * urn:events:identity:user:created',
      ' * PII: `email` (0.99).',
      ' * Dead letters: `user.created.dlq`.',
      ' * Order: per message key.',
      ' * Warning: dlq_without_retries, A DLQ and no retries. Declare a retry policy.',
      ' */',
    ])
  })

  it('takes personal data from the types where its paths fill more than a line', () => {
    const pii = Array.from({ length: 20 }, (_, index) => `customer.address${index}`)
    const text = generateKafkaConsumer(manifestOf({ pii }))
    expect(text).toContain('  pii: piiOfUserCreated,\n')
    expect(text).toContain(
      "import { piiOfUserCreated, type UserCreated, validateUserCreated } from './user-created.event.js'\n",
    )
  })

  it('names its group after the service and the event when the contract names none', () => {
    expect(generateKafkaConsumer(manifestOf())).toContain("  group: 'identity.user-created',")
    expect(generateKafkaConsumer(manifestOf(), { service: 'billing' })).toContain("  group: 'billing.user-created',")
  })

  it('bounds retries that a pattern found to be without a bound', () => {
    const unbounded = {
      pattern: 'retry_without_max_attempts',
      confidence: 0.8,
      severity: 'warn' as const,
      message: '',
      recommendation: '',
      metadata: {},
    }
    const text = generateKafkaConsumer(manifestOf({ delivery: { retry_policy: 'fixed' }, patterns: [unbounded] }))
    expect(text).toContain("  retry: { kind: 'fixed', attempts: 3 },")
  })

  it('imports the runtime as a package when asked to', () => {
    expect(generateEventConsumer(manifestOf(), { runtime: 'package' })).toContain("} from '@longshore/runtime'\n")
    expect(generateEventConsumer(manifestOf())).toContain("} from './support/index.js'\n")
  })
})
