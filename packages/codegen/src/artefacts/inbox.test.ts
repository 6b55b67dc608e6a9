import { describe, expect, it } from 'vitest'
import { linesBetween, manifestOf } from '../../test/manifest-of.ts'
import { plan } from '../plan/plan.ts'

const print = (path: string, options: Parameters<typeof plan>[1] = {}) =>
  plan([manifestOf()], { inbox: 'postgres', ...options }).files.find((file) => file.path === path)?.text ?? ''

describe('a consumer with an inbox in PostgreSQL', () => {
  it('asks for its store, and hands a transaction to the handler', () => {
    expect(linesBetween(print('user-created.consumer.ts'), 'export interface', '}')).toEqual([
      'export interface UserCreatedConsumerOptions extends TransactionalOptions<UserCreated, Transaction> {',
      '  readonly transport: Transport',
      '  /** Default: what `user-created.handler.ts` exports. */',
      '  readonly handle?: Handler<UserCreated, Transaction>',
      '}',
    ])
    expect(print('user-created.handler.ts')).toContain(
      'export const handleUserCreated: Handler<UserCreated, Transaction> = async (event, { log }) => {',
    )
  })

  it('gets its store from DATABASE_URL in main, which closes it last', () => {
    expect(linesBetween(print('main.ts'), 'const connectionString', 'const consumers')).toEqual([
      'const connectionString = connectionFromEnv(process.env)',
      "if (connectionString === undefined) throw new Error('Set DATABASE_URL: the inbox is kept in PostgreSQL.')",
      'const database = pgDatabase({ connectionString })',
      'const store = postgresStore(database)',
      '',
      'const consumers = [new UserCreatedConsumer({ transport, store })]',
    ])
    expect(print('main.ts')).toContain('  await transport.close()\n  await database.close()\n')
  })

  it('says in main what it needs', () => {
    expect(linesBetween(print('main.ts'), '/**', '*/')).toEqual([
      '/**',
      ' * Starts the consumers. Needs `@platformatic/kafka`, `pg`, and `@types/pg` to compile; set `KAFKA_BROKERS`,',
      ' * `DATABASE_URL`.',
      ' */',
    ])
    expect(plan([manifestOf()], { inbox: 'postgres' }).needs).toEqual({
      toRun: ['@platformatic/kafka', 'pg'],
      toDevelop: ['typescript', '@types/node', '@types/pg', 'vitest'],
    })
  })

  it('carries the store and its migrations in support/, or imports them as a package', () => {
    expect(print('support/postgres/store.ts')).toContain("from '../index.js'")
    expect(print('support/postgres/migrations/inbox.ts')).toContain('create table')
    expect(print('main.ts', { runtime: 'package' })).toContain("import { postgresStore } from '@longshore/postgres'\n")
  })

  it('is tested on a store in memory', () => {
    expect(print('user-created.consumer.test.ts')).toContain(
      '  return { clock, lines, transport, parts: { clock, log, transport, store: storeInMemory(clock) } }\n',
    )
  })
})
