import { describe, expect, it } from 'vitest'
import { type Effect, nameOf, Simulation } from '../test/simulation.ts'

describe('consumers to whom anything may happen', () => {
  it.each(Array.from({ length: 40 }, (_, seed) => seed))(
    'lose nothing and keep the order of keys, seed %i',
    async (seed) => {
      const { sent, effects, deadLetters } = await new Simulation(seed).play()
      const handled = new Set(effects.map(nameOf))
      const lost = sent.filter(({ kind }) => kind !== 'refused').filter((message) => !handled.has(nameOf(message)))
      expect(lost).toEqual([])
      expect(deadLetters).toEqual(new Set(sent.filter(({ kind }) => kind === 'refused').map(nameOf)))
      expect(orderBreaks(effects)).toEqual([])
    },
  )
})

/**
 * Messages that were handled out of order: whose first effect came before that of an earlier one of their key, or that did not follow
 * their predecessor under one assignment.
 */
function orderBreaks(effects: readonly Effect[]): readonly string[] {
  return [...Map.groupBy(effects, ({ key }) => key).values()].flatMap((ofKey) => {
    const firsts = [...new Set(ofKey.map(({ place }) => place))]
    const places = firsts.toSorted((one, other) => Number(one - other))
    const overtakers = ofKey.filter(({ place }) => firsts.indexOf(place) !== places.indexOf(place))
    const jumpers = [...Map.groupBy(ofKey, ({ assignment }) => assignment).values()].flatMap((steps) =>
      steps.filter(({ place }, index) => {
        const previous = steps[index - 1]
        return previous !== undefined && places.indexOf(place) !== places.indexOf(previous.place) + 1
      }),
    )
    return [...overtakers, ...jumpers].map(nameOf)
  })
}
