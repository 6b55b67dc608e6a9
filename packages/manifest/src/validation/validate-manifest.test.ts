import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, it } from 'vitest'
import published from '../../manifest.schema.json' with { type: 'json' }
import { channel, contract, message, payload, server } from '../../test/contract-builder.ts'
import type { Manifest } from '../manifest.ts'
import { toManifests } from '../to-manifests.ts'
import { MANIFEST_SCHEMA } from './manifest-schema.ts'
import { validateManifest } from './validate-manifest.ts'

describe('the schema of a manifest', () => {
  it('is published as a file, which `npm run schema` writes', () => {
    expect(published).toEqual(MANIFEST_SCHEMA)
  })

  it('accepts what is written from a contract, and keys nobody knows', () => {
    expect(validateManifest(manifest)).toEqual([])
    expect(validateManifest({ ...manifest, 'x-team': 'ours' })).toEqual([])
  })

  it('names each mistake of a manifest written by hand once, with its place and what to do', () => {
    const { urn: _urn, ...rest } = manifest
    const wrong = {
      ...rest,
      event: { ...manifest.event, lifecycle: 'active' },
      delivery: { contract: { ...manifest.delivery.contract, confidence: 7, retry_policy: 'sometimes' } },
    }
    expect(validateManifest(wrong, { file: 'a.json' }).map(({ at, message }) => `${at.file} ${message}`)).toEqual([
      'a.json /urn is missing.',
      'a.json /event/lifecycle must be of type object, not string.',
      'a.json /delivery/contract/retry_policy has a value that is not allowed.',
      'a.json /delivery/contract/confidence must be between 0 and 1.',
    ])
    expect(validateManifest(wrong)[2]?.fix).toBe('Write one of: exponential, linear, fixed, none.')
  })

  it('means the same to a JSON Schema validator', () => {
    const valid = new Ajv2020({ strict: false }).compile(MANIFEST_SCHEMA)
    const { urn: _urn, ...noUrn } = manifest
    const wrong = [noUrn, { ...manifest, urn: 'urn:isbn:1' }, { ...manifest, channel: [] }, null]
    expect([manifest, ...wrong].map((value) => valid(value))).toEqual([true, false, false, false, false])
    expect([manifest, ...wrong].map((value) => validateManifest(value).length === 0)).toEqual([
      true,
      false,
      false,
      false,
      false,
    ])
  })

  it.each([null, 7, 'manifest', []])('refuses %j', (value) => expect(validateManifest(value)).toHaveLength(1))
})

const manifest = onlyManifest()

function onlyManifest(): Manifest {
  const email = { type: 'object', properties: { email: { type: 'string', format: 'email' } } }
  const channels = [channel({ messages: [message({ payload: payload(email) })] })]
  const [only] = toManifests(contract({ servers: [server('kafka')], channels }))
  if (!only) throw new Error('the contract has an event')
  return only
}
