import { describe, expect, it } from 'vitest'
import { manifestOf } from '../../test/manifest-of.ts'
import { plan } from '../plan/plan.ts'

const printed = plan([manifestOf({ format: 'avro' })])
const textOf = (path: string) => printed.files.find((file) => file.path === path)?.text ?? ''

describe('a consumer of what is no JSON', () => {
  it('decodes through a function that is written once', () => {
    expect(printed.files.find(({ path }) => path === 'user-created.decoder.ts')?.once).toBe(true)
    expect(textOf('user-created.decoder.ts')).toContain('export const decodeUserCreated: Decode = (bytes) => {')
    expect(textOf('user-created.consumer.ts')).toContain(
      '    this.run = consume(userCreated, transport, handle, { ...options, decode })\n',
    )
    expect(textOf('user-created.consumer.ts')).toContain('decode = decodeUserCreated,')
  })

  it('is tested apart from its decoder', () => {
    expect(textOf('user-created.consumer.test.ts')).toContain('parts: { clock, log, transport, decode } }')
  })

  it('is a warning until that is written', () => {
    expect(printed.diagnostics.map(({ code, message }) => [code, message])).toEqual([
      ['decoder_to_write', 'The payload of channel user.created is Avro; the printed decoder reads JSON.'],
    ])
  })

  it('has no decoder where the payload is JSON', () => {
    expect(plan([manifestOf()]).files.map(({ path }) => path)).not.toContain('user-created.decoder.ts')
  })
})
