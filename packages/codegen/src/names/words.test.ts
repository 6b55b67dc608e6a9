import { describe, expect, it } from 'vitest'
import { Scope } from './scope.ts'
import { camelCase, kebabCase, pascalCase } from './words.ts'

describe('a name of the contract', () => {
  it('becomes a type, a constant and a file name', () => {
    for (const name of ['user.created', 'userCreated', 'USER_CREATED', 'user-created'])
      expect([pascalCase(name), camelCase(name), kebabCase(name)]).toEqual([
        'UserCreated',
        'userCreated',
        'user-created',
      ])
  })

  it('keeps abbreviations and numbers', () => {
    expect(pascalCase('HTTPError')).toBe('HTTPError')
    expect(pascalCase('orders.v2')).toBe('OrdersV2')
    expect(kebabCase('OAuth2Token')).toBe('o-auth2-token')
  })

  it('is spelt where it has no Latin letters, and prefixed where it starts with none', () => {
    expect([pascalCase('Größe'), pascalCase('Ærø'), pascalCase('名前')]).toEqual(['Grosse', 'Aero', 'U540DU524D'])
    expect(pascalCase('2fa')).toBe('Event2Fa')
    expect(pascalCase('-6045197784843165702')).toBe('Event6045197784843165702')
    expect([pascalCase('***'), camelCase(''), kebabCase('  ')]).toEqual(['Event', 'event', 'event'])
  })

  it('is no file name that a system reserves', () => {
    expect(kebabCase('con')).toBe('con-event')
  })
})

describe('a scope', () => {
  it('gives each name once, whatever its case', () => {
    const scope = new Scope(new Set(['Array']))
    expect(['Order', 'order', 'ORDER', 'Array', 'Package'].map((name) => scope.take(name))).toEqual([
      'Order',
      'order2',
      'ORDER3',
      'Array2',
      'Package',
    ])
  })
})
