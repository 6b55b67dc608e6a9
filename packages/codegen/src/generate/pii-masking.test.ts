import { stripTypeScriptTypes } from 'node:module'
import { describe, expect, it } from 'vitest'
import { generatePIIMaskingUtil } from './generate-pii-masking-util.ts'

async function maskPII(value: unknown, paths: readonly string[]): Promise<unknown> {
  const text = stripTypeScriptTypes(generatePIIMaskingUtil())
  const module: { maskPII: (value: unknown, paths: readonly string[]) => unknown } = await import(
    `data:text/javascript,${encodeURIComponent(text)}`
  )
  return module.maskPII(value, paths)
}

describe('the printed masking function', () => {
  it('masks e-mail addresses but for first letters and top-level domain', async () => {
    expect(await maskPII({ user: { email: 'user@example.com' } }, ['user.email'])).toEqual({
      user: { email: 'u***@e***.com' },
    })
  })

  it('masks through arrays and leaves everything else as it was', async () => {
    const value = {
      users: [
        { name: 'Ada', id: 1 },
        { name: '', id: 2 },
      ],
    }
    expect(await maskPII(value, ['users[].name'])).toEqual({
      users: [
        { name: 'A**', id: 1 },
        { name: '', id: 2 },
      ],
    })
  })

  it('redacts what is no text', async () => {
    expect(await maskPII({ age: 42, born: null }, ['age', 'born', 'gone'])).toEqual({ age: '[REDACTED]', born: null })
  })
})
