import { describe } from 'vitest'
import { specifyWindowState } from '../test/window-state-specification.ts'
import { pgDatabase } from './pg.ts'

const connectionString = process.env.DATABASE_URL ?? ''

describe.skipIf(connectionString === '')('with DATABASE_URL', () => {
  specifyWindowState('PostgreSQL', async () => pgDatabase({ connectionString }))
})
