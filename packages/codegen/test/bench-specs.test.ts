import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { loadContract } from '@longshore/contract'
import { type Manifest, toManifests } from '@longshore/manifest'
import { describe, expect, it } from 'vitest'
import { ajvOf } from './ajv-of.ts'
import { printedValidator } from './printed-validator.ts'
import { randomNumbers, randomValues } from './random-value.ts'

/** Large documents that are kept beside the repository, not in it. */
const SPECS = join(import.meta.dirname, '../../../../shared/bench/specs')
const VALUES_PER_DOCUMENT = 10_000
/** One for all: half of its cost is to get ready. */
const ajv = ajvOf()

async function disagreements(manifest: Manifest, count: number): Promise<number> {
  const { payload = true } = manifest.schema
  const printed = await printedValidator(payload)
  const compiled = ajv.compile(typeof payload === 'boolean' ? payload : { ...payload })
  const next = randomValues(payload, randomNumbers(7))
  return Array.from({ length: count }, next).filter((value) => (printed(value).length === 0) !== compiled(value)).length
}

describe.skipIf(!existsSync(SPECS))('printed validators of large documents', () => {
  for (const file of existsSync(SPECS) ? readdirSync(SPECS) : [])
    it(`agree with Ajv on ${VALUES_PER_DOCUMENT} random values of ${file}`, { timeout: 120_000 }, async () => {
      const { contract } = await loadContract(join(SPECS, file))
      const manifests = contract === undefined ? [] : toManifests(contract)
      const each = Math.ceil(VALUES_PER_DOCUMENT / manifests.length)
      const found: number[] = []
      for (const manifest of manifests) found.push(await disagreements(manifest, each))
      expect(manifests.length).toBeGreaterThan(0)
      expect(found.filter((count) => count > 0)).toEqual([])
    })
})
