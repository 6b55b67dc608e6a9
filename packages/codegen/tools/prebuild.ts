/**
 * Puts the sources that `support/` is printed from beside the built code: part of `npm run build`.
 * Paths stay those of the repository, so that the package reads them as it reads the repository itself.
 */
import { cpSync, existsSync, rmSync } from 'node:fs'
import { join } from 'node:path'

const PACKAGE = join(import.meta.dirname, '..')
const REPOSITORY = join(PACKAGE, '../..')
const COPIES = join(PACKAGE, 'dist/support-sources')

/** Folders and files that something may be printed from; tests are left out, and so is the transport suite. */
const SOURCES = [
  'LICENSE',
  'packages/codegen/src/schema/checks.ts',
  'packages/postgres/src',
  'packages/runtime/src',
  'packages/testing/src/index.ts',
  'packages/testing/src/manual-clock.ts',
  'packages/transport-amqp/src',
  'packages/transport-kafka/src',
  'packages/transport-memory/src',
  'packages/transport-mqtt/src',
]

rmSync(COPIES, { recursive: true, force: true })
for (const source of SOURCES.filter((path) => existsSync(join(REPOSITORY, path))))
  cpSync(join(REPOSITORY, source), join(COPIES, source), {
    recursive: true,
    filter: (path) => !path.endsWith('.test.ts'),
  })
