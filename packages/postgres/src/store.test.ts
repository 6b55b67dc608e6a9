import { specifyStore } from '../test/store-specification.ts'
import { pgliteDatabase } from './pglite.ts'

specifyStore('PGlite', () => pgliteDatabase(), 'one')
