import { describe, expect, it } from 'vitest'
import { randomFrom } from './random.ts'
import { type ChaosSettings, readSettings } from './settings.ts'
import { planStrikes } from './strikes.ts'

describe('the plan of a run', () => {
  it('is the same for the same seed, and another for another', () => {
    const settings = read('--seconds', '60', '--kills', '20')
    expect(planStrikes(settings, randomFrom(7))).toEqual(planStrikes(settings, randomFrom(7)))
    expect(planStrikes(settings, randomFrom(7))).not.toEqual(planStrikes(settings, randomFrom(8)))
  })

  it('holds as many kills and restarts as asked for, in order of time, within the run', () => {
    const strikes = planStrikes(read('--seconds', '60', '--kills', '20', '--restarts', '2'), randomFrom(7))
    expect(strikes.filter(({ kind }) => kind === 'kill')).toHaveLength(20)
    expect(strikes.filter(({ kind }) => kind === 'restart')).toHaveLength(2)
    const times = strikes.map(({ atMs }) => atMs)
    expect(times).toEqual(times.toSorted((one, other) => one - other))
    expect(times.every((atMs) => atMs >= 0 && atMs < 60_000)).toBe(true)
  })

  it('meets every consumer', () => {
    const strikes = planStrikes(read('--kills', '60', '--consumers', '3'), randomFrom(7))
    expect(new Set(strikes.map(({ victim }) => victim))).toEqual(new Set([0, 1, 2]))
  })
})

describe('the command line of chaos', () => {
  it('asks for a kill every three seconds unless told otherwise', () => {
    expect(read('--seconds', '90')).toMatchObject({ seconds: 90, kills: 30, transport: 'kafka', inbox: false })
  })

  it.each([
    ['--seconds', 'soon', '--seconds takes a whole number of at least 1, not soon'],
    ['--transport', 'pigeon', '--transport takes kafka, kafkajs, amqp or mqtt, not pigeon'],
    ['--deadly', '1', '--deadly needs --inbox'],
    ['--producers', '61', '--producers takes no more than --keys: each has its own'],
  ])('says what it cannot read: %s %s', (name, value, why) => {
    expect(readSettings([name, value])).toEqual({ kind: 'wrong', why })
  })
})

function read(...args: readonly string[]): ChaosSettings {
  const settings = readSettings(args)
  if ('kind' in settings) throw new Error('not to be read')
  return settings
}
