import { CONTRACT_CODES, parseContract } from '@longshore/contract'
import { toManifests } from '@longshore/manifest'
import { describe, expect, it } from 'vitest'
import { findings } from './findings.ts'
import { renderRules } from './render-rules.ts'
import { exampleDocument } from './rule.ts'
import { RULES } from './rules.ts'

describe.each(RULES)('$code', ({ code, severities, bad, good }) => {
  it('speaks of its bad contract, as loud as it says', async () => {
    const spoken = (await check(bad)).filter((finding) => finding.code === code)
    expect(spoken.map(({ severity }) => severity)).toEqual([severities[0]])
  })

  it('is silent about its good contract', async () => {
    expect((await check(good)).map((finding) => finding.code)).not.toContain(code)
  })
})

describe('the rules', () => {
  it('have one code each, which no mistake in a document has', () => {
    const codes = [...RULES, ...CONTRACT_CODES].map(({ code }) => code)
    expect(codes.filter((code, index) => codes.indexOf(code) !== index)).toEqual([])
  })

  it('are what docs/rules.md says (vitest -u prints it anew)', async () => {
    await expect(renderRules()).toMatchFileSnapshot('../../../docs/rules.md')
  })
})

async function check(body: string) {
  const { contract, diagnostics } = await parseContract(exampleDocument(body), { file: 'example.yaml' })
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([])
  if (!contract) throw new Error('the example is no contract')
  return findings(toManifests(contract), { locate: (pointer) => contract.locate({ file: 'example.yaml', pointer }) })
}
