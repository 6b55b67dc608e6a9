import { fork } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { specifyDatabase } from '../test/database-specification.ts'
import { specifyOutbox } from '../test/outbox-specification.ts'
import { specifySpool } from '../test/spool-specification.ts'
import { specifyStore } from '../test/store-specification.ts'
import { pgliteDatabase } from './pglite.ts'

const open = () => pgliteDatabase()

specifyDatabase('PGlite', open)
specifyStore('PGlite', open, 'one')
specifyOutbox('PGlite', open)
specifySpool('PGlite', open)

describe('a PGlite directory', { timeout: 60_000 }, () => {
  let folder: string

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'longshore-pglite-'))
  })
  afterEach(() => rm(folder, { recursive: true }))

  it('is refused to a second user until the first has closed it, and keeps what was written', async () => {
    const dataDir = join(folder, 'data')
    const first = await pgliteDatabase({ dataDir })
    await expect(pgliteDatabase({ dataDir })).rejects.toThrow(`in use by process ${process.pid}`)
    await first.query('create table kept (id integer)')
    await first.close()
    const second = await pgliteDatabase({ dataDir })
    expect(await second.query('select * from kept', [])).toEqual([])
    await second.close()
  })

  it('is taken over from a process that died', async () => {
    const dataDir = join(folder, 'data')
    const dead = fork('-e', [], { execArgv: ['-e', ''], stdio: 'ignore' })
    await new Promise((resolve) => dead.once('exit', resolve))
    await writeFile(`${dataDir}.lock`, JSON.stringify({ token: 't', pid: dead.pid, host: hostname() }))
    const database = await pgliteDatabase({ dataDir })
    expect(await database.query('select 1 as one', [])).toEqual([{ one: 1 }])
    await database.close()
  })
})
