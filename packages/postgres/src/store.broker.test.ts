import { describe } from 'vitest'
import { specifyStore } from '../test/store-specification.ts'
import { pgDatabase } from './pg.ts'

const connectionString = process.env.DATABASE_URL

describe.skipIf(connectionString === undefined)('with DATABASE_URL', () => {
  specifyStore('PostgreSQL', async () => pgDatabase({ connectionString: connectionString ?? '' }), 'many')
})
