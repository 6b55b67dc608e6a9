import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { manifestOf, USER } from '../../test/manifest-of.ts'
import { memoryFolder } from '../../test/memory-folder.ts'
import { plan } from '../plan/plan.ts'
import { compareOutput, isUpToDate, writeOutput } from './compare-output.ts'
import { diskFolder, type OutputFolder } from './output-folder.ts'

const OPTIONS = { options: {}, generator: '0.1.0' }

function print(folder: OutputFolder, manifests = [manifestOf()], force = false) {
  const changes = compareOutput(plan(manifests), folder, { ...OPTIONS, force })
  writeOutput(changes, folder)
  return changes
}

describe('printing into a folder', () => {
  it('writes every file and a lock file, and changes nothing the second time', () => {
    const folder = memoryFolder()
    print(folder)
    expect(folder.files.has('user-created.consumer.ts')).toBe(true)
    expect(folder.files.has('longshore.lock.json')).toBe(true)
    expect(isUpToDate(compareOutput(plan([manifestOf()]), folder, OPTIONS))).toBe(true)
  })

  it('leaves a handler to its owner', () => {
    const folder = memoryFolder()
    print(folder)
    folder.files.set('user-created.handler.ts', 'mine')
    print(folder, [manifestOf({ purpose: 'Another text.' })])
    expect(folder.files.get('user-created.handler.ts')).toBe('mine')
  })

  it('refuses by name to overwrite a printed file that was edited, and writes nothing', () => {
    const folder = memoryFolder()
    print(folder)
    folder.files.set('user-created.consumer.ts', 'edited')
    const before = new Map(folder.files)
    const { refusals } = print(folder, [manifestOf({ purpose: 'Another text.' })])
    expect(refusals.map(({ code, at }) => [code, at.file])).toEqual([['edited_file', 'user-created.consumer.ts']])
    expect(folder.files).toEqual(before)
  })

  it('overwrites it when forced', () => {
    const folder = memoryFolder()
    print(folder)
    folder.files.set('user-created.consumer.ts', 'edited')
    print(folder, [manifestOf()], true)
    expect(folder.files.get('user-created.consumer.ts')).toContain('class UserCreatedConsumer')
  })

  it('refuses a folder with files of others, unless it printed there before', () => {
    const folder = memoryFolder({ 'package.json': '{}' })
    expect(print(folder).refusals.map(({ code }) => code)).toEqual(['foreign_files'])
    expect([...folder.files.keys()]).toEqual(['package.json'])
    const known = memoryFolder()
    print(known)
    known.files.set('my-module.ts', '')
    expect(print(known, [manifestOf({ purpose: 'Another text.' })]).refusals).toEqual([])
  })

  it('removes what is no longer printed, but no handler', () => {
    const folder = memoryFolder()
    print(folder, [manifestOf(), manifestOf({ name: 'user.deleted' })])
    const { stale } = print(folder)
    expect(stale).toContain('user-deleted.consumer.ts')
    expect(folder.files.has('user-deleted.consumer.ts')).toBe(false)
    expect(folder.files.has('user-deleted.handler.ts')).toBe(true)
  })

  it('says what the contract changed for each handler', () => {
    const folder = memoryFolder()
    print(folder, [manifestOf({ pii: ['email'] })])
    const payload = { ...USER, properties: { ...USER.properties, phone: { type: 'string' } } }
    const { news } = print(folder, [manifestOf({ payload, pii: ['phone'] }), manifestOf({ name: 'user.deleted' })])
    expect(news).toEqual([
      { file: 'user-created', kind: 'changed', added: ['phone: string'], removed: ['email: string'] },
      { file: 'user-deleted', kind: 'new', added: [], removed: [] },
    ])
  })

  it('says what changed in delivery', () => {
    const folder = memoryFolder()
    print(folder, [manifestOf()])
    const { news } = print(folder, [manifestOf({ delivery: { dlq: 'dead' } })])
    expect(news).toEqual([
      { file: 'user-created', kind: 'changed', added: ['dlq: dead'], removed: ['dlq: none declared'] },
    ])
  })

  it('names options that the files written once were not written for', () => {
    const folder = memoryFolder()
    print(folder)
    const options = { importExtension: 'ts', tests: 'node' } as const
    expect(compareOutput(plan([manifestOf()], options), folder, { ...OPTIONS, options }).outgrown).toEqual([
      'importExtension',
    ])
  })

  it('takes other line ends for no edit', () => {
    const folder = memoryFolder()
    print(folder)
    for (const [path, text] of folder.files) folder.files.set(path, text.replaceAll('\n', '\r\n'))
    expect(print(folder, [manifestOf({ purpose: 'Another text.' })]).refusals).toEqual([])
  })
})

describe('a folder on disk', () => {
  const folders: string[] = []
  const temporary = () => {
    const folder = mkdtempSync(join(tmpdir(), 'longshore-'))
    folders.push(folder)
    return folder
  }
  afterEach(() => {
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true })
  })

  it('is left as it was when one file cannot be written', () => {
    const root = temporary()
    mkdirSync(join(root, 'b.ts'))
    writeFileSync(join(root, 'a.ts'), 'before')
    const folder = diskFolder(root)
    expect(() =>
      folder.replace(
        [
          { path: 'a.ts', text: 'after' },
          { path: 'a.ts/c.ts', text: '' },
        ],
        [],
      ),
    ).toThrow()
    expect(folder.read('a.ts')).toBe('before')
    expect(readdirSync(root)).toEqual(['a.ts', 'b.ts'])
  })

  it('is made with its first file', () => {
    const root = join(temporary(), 'new')
    const folder = diskFolder(root)
    expect(folder.list()).toEqual([])
    folder.replace([{ path: 'support/x.ts', text: 'x' }], [])
    expect(folder.list()).toEqual(['support/x.ts'])
  })
})
