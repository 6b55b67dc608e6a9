import { describe, expect, it } from 'vitest'
import { manifestOf } from '../../test/manifest-of.ts'
import { plan } from '../plan/plan.ts'

const printed = plan([manifestOf({ format: 'protobuf', actions: ['send'] })], { producers: true })
const textOf = (path: string) => printed.files.find((file) => file.path === path)?.text ?? ''

describe('a producer of what is no JSON', () => {
  it('encodes through a function that is written once', () => {
    expect(printed.files.find(({ path }) => path === 'user-created.encoder.ts')?.once).toBe(true)
    expect(textOf('user-created.encoder.ts')).toContain(
      'export function encodeUserCreated(event: UserCreated): Uint8Array | Promise<Uint8Array> {\n',
    )
    expect(textOf('user-created.producer.ts')).toContain('        value: await this.#encode(event),\n')
    expect(textOf('user-created.producer.ts')).toContain('encode = encodeUserCreated }')
  })

  it('is tested apart from its encoder', () => {
    expect(textOf('user-created.producer.test.ts')).toContain('new UserCreatedProducer({ transport, encode })')
  })

  it('is a warning until that is written', () => {
    expect(printed.diagnostics).toContainEqual(
      expect.objectContaining({
        code: 'encoder_to_write',
        severity: 'warn',
        message: 'The event user.created is Protobuf; the printed encoder writes JSON.',
        fix: 'Encode Protobuf in user-created.encoder.ts, which is yours.',
      }),
    )
  })

  it('has no encoder where the payload is JSON', () => {
    const { files } = plan([manifestOf({ actions: ['send'] })], { producers: true })
    expect(files.map(({ path }) => path)).not.toContain('user-created.encoder.ts')
    expect(files.find(({ path }) => path === 'user-created.producer.ts')?.text).not.toContain('encode =')
  })
})
