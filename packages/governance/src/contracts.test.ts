import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { loadContract } from '@longshore/contract'
import { toManifests } from '@longshore/manifest'
import { describe, expect, it } from 'vitest'
import { findings } from './findings.ts'

const FOLDER = fileURLToPath(new URL('../../../contracts/', import.meta.url))
const FILES = readdirSync(FOLDER).filter((name) => name.endsWith('.yaml'))
const EXPLAINED = [...readFileSync(`${FOLDER}README.md`, 'utf8').matchAll(/^\| `([\w.-]+)` \| `(\w+)` \|/gm)]

describe.each(FILES)('%s', (file) => {
  it('is read without a complaint, and finds in itself only what the README explains', async () => {
    const { contract, diagnostics } = await loadContract(`${FOLDER}${file}`)
    expect(diagnostics).toEqual([])
    if (!contract) throw new Error(`${file} is no contract`)
    const locate = (pointer: string) => contract.locate({ file: contract.file, pointer })
    const found = findings(toManifests(contract), { locate }).filter(({ severity }) => severity !== 'info')
    const explained = EXPLAINED.filter(([, name]) => name === file).map(([, , code]) => code)
    expect([...new Set(found.map(({ code }) => code))].sort()).toEqual(explained)
  })
})
