import { describe, expect, it } from 'vitest'
import { singular, wordsOf } from './names.ts'

describe('the words of a name', () => {
  it.each([
    ['userIDNumber', 'user id number'],
    ['XMLHttpRequest', 'xml http request'],
    ['x-ip-address', 'x ip address'],
    ['ipV6Address', 'ipv 6 address'],
    ['addressLine2', 'address line 2'],
    ['DriverStatusv2', 'driver status v 2'],
    ['OAuth2Token', 'oauth 2 token'],
    ['Prénom', 'prenom'],
    ['straße', 'strasse'],
    ['fødselsnummer', 'fodselsnummer'],
    ['batteryCapacity', 'battery capacity'],
  ])('%s', (name, words) => expect(wordsOf(name).join(' ')).toBe(words))

  it.each([
    ['addresses', 'address'],
    ['cities', 'city'],
    ['users', 'user'],
    ['status', 'status'],
    ['gps', 'gps'],
  ])('are compared in the singular: %s', (plural, one) => expect(singular(plural)).toBe(one))
})
