export type { Database, Row, Sql, Statement, Transaction } from './database.ts'
export { migrate, SCHEMA } from './migrate.ts'
export { MIGRATIONS, type Migration } from './migrations.ts'
export { POSTGRES_STORE_DEFAULTS, type PostgresStoreOptions, postgresStore } from './store.ts'
