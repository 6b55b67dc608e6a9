import { specifyWindowState } from '../test/window-state-specification.ts'
import { pgliteDatabase } from './pglite.ts'

specifyWindowState('PGlite', () => pgliteDatabase())
