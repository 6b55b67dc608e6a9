import { describe, expect, it } from 'vitest'
import { covers, filterOf, refuseForeignFilter, topicParameters } from './topic-filter.ts'

const ADDRESS = 'stores/{storeId}/sensors/{sensorId}/temperature'

describe('the address of a contract', () => {
  it('is subscribed to with a + for each level that has a parameter', () => {
    expect(filterOf(ADDRESS)).toBe('stores/+/sensors/+/temperature')
  })

  it('gives a concrete topic its parameters by name', () => {
    const parameters = topicParameters(ADDRESS, 'stores/hamburg-2/sensors/s-0417/temperature')
    expect(parameters).toEqual({ storeId: 'hamburg-2', sensorId: 's-0417' })
    expect(parameters?.storeId).toBe('hamburg-2')
  })

  it('knows a parameter inside a level, and no topic of another address', () => {
    expect(topicParameters('a.b/sensor-{id}', 'a.b/sensor-7')).toEqual({ id: '7' })
    expect(topicParameters('a.b/sensor-{id}', 'aXb/sensor-7')).toBeUndefined()
    expect(topicParameters('a/{id}', 'a/b/c')).toBeUndefined()
  })

  it.each(['stores/+/alarms', 'stores/hamburg-2/alarms'])('may be read through %s', (filter) => {
    expect(() => refuseForeignFilter('stores/{storeId}/alarms', filter)).not.toThrow()
  })

  it.each([
    ['stores/#', "does not match the contract's address"],
    ['stores/+/readings', "does not match the contract's address"],
    ['stores/#/alarms', 'has # before its last level'],
    ['stores/a+/alarms', 'has + or # beside other text'],
    ['$share/group/stores/+/alarms', 'is a shared subscription already'],
  ])('refuses %s, which %s', (filter, reason) => {
    expect(() => refuseForeignFilter('stores/{storeId}/alarms', filter)).toThrow(reason)
  })
})

describe('a filter', () => {
  it.each([
    ['#', 'a/b', true],
    ['a/#', 'a', true],
    ['a/+', 'a/b', true],
    ['a/+', 'a/b/c', false],
    ['a/+', 'a/#', false],
    ['#', '$SYS/x', false],
  ])('%s matching %s: %s', (filter, other, expected) => {
    expect(covers(filter, other)).toBe(expected)
  })
})
