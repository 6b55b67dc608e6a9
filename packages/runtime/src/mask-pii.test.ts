import { describe, expect, it } from 'vitest'
import { maskPII } from './mask-pii.ts'

describe('masking', () => {
  it.each([
    ['an address keeps its first characters and top-level domain', 'user@example.com', 'u***@e***.com'],
    ['an address of many parts keeps the real top-level domain', 'ann.lee+x@mail.example.co.uk', 'a***@m***.uk'],
    ['a text keeps its first character and shows its length', 'Anna', 'A***'],
    ['a long text shows no more than eight stars', 'a very long family name', 'a********'],
    ['a character of two code units is not cut', '🙂 happy', '🙂******'],
    ['a number disappears', 4_111_111, '[REDACTED]'],
    ['an object disappears', { street: 'High Street' }, '[REDACTED]'],
    ['an empty text stays', '', ''],
    ['null stays', null, null],
    ['an array is masked element by element', ['Anna', 7, null], ['A***', '[REDACTED]', null]],
  ])('%s', (_, value, masked) => {
    expect(maskPII({ value }, ['value'])).toEqual({ value: masked })
  })

  it('follows paths into objects and arrays, and leaves the rest alone', () => {
    const order = {
      id: 1,
      customer: {
        name: 'Anna',
        addresses: [
          { street: 'High', zip: 1 },
          { street: 'Low', zip: 2 },
        ],
      },
    }
    expect(maskPII(order, ['customer.addresses[].street'])).toEqual({
      id: 1,
      customer: {
        name: 'Anna',
        addresses: [
          { street: 'H***', zip: 1 },
          { street: 'L**', zip: 2 },
        ],
      },
    })
  })

  it('follows * to every member', () => {
    expect(maskPII({ labels: { a: 'x1', b: 'y2' } }, ['labels.*'])).toEqual({ labels: { a: 'x*', b: 'y*' } })
  })

  it('leaves the true value untouched', () => {
    const event = { user: { email: 'user@example.com' } }
    maskPII(event, ['user.email'])
    expect(event.user.email).toBe('user@example.com')
  })

  it.each([[undefined], [null], ['text'], [7], [[]], [{}], [{ user: null }], [{ user: [] }]])(
    'is safe where a path finds nothing: %j',
    (value) => {
      expect(maskPII(value, ['user.email', 'user[].email', 'user.*'])).toEqual(value)
    },
  )

  it('takes time in proportion to a hostile text', () => {
    const hostile = `${'a'.repeat(100_000)}@${'b.'.repeat(100_000)}@`
    const startedAt = performance.now()
    maskPII({ hostile }, ['hostile'])
    expect(performance.now() - startedAt).toBeLessThan(200)
  })
})
