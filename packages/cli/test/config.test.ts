import { mkdtemp, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { readConfig } from '../src/config.ts'

let folder = ''

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'longshore-config-'))
})

async function config(text: string) {
  await writeFile(join(folder, 'longshore.yaml'), text)
  return readConfig(folder, undefined)
}

describe('longshore.yaml', () => {
  it('may be absent', async () => {
    expect(readConfig(folder, undefined)).toEqual({ contracts: [], generator: {}, reviews: [] })
  })

  it('must exist when it is named', async () => {
    expect(() => readConfig(folder, 'other.yaml')).toThrow(/other\.yaml: there is no such file/)
  })

  it('gives paths relative to itself', async () => {
    const { contracts, output } = await config('contracts: [events.yaml]\noutput: src/consumers\n')
    expect(contracts).toEqual([join(folder, 'events.yaml')])
    expect(output).toBe(join(folder, 'src/consumers'))
  })

  it('refuses a key it does not know, by name', async () => {
    await expect(config('contract: events.yaml\n')).rejects.toThrow(
      /unknown key "contract"; known are contracts, output/,
    )
  })

  it('refuses what is not YAML', async () => {
    await expect(config('contracts: [\n')).rejects.toThrow(/is not YAML/)
  })

  it.each([
    ['- kind: pii\n    field: user.id\n    decision: reject', 'reviews[0] needs a reason'],
    ['- kind: pii\n    decision: reject\n    reason: a ship', 'reviews[0] needs a field'],
    ['- kind: pii\n    field: user.id\n    decision: maybe\n    reason: a ship', 'reviews[0] needs a decision'],
    ['- kind: colour\n    reason: blue', 'reviews[0] needs a kind'],
  ])('refuses the review %j and says what it needs', async (review, problem) => {
    await expect(config(`reviews:\n  ${review}\n`)).rejects.toThrow(problem)
  })
})
