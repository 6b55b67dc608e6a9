import { memoryStore } from '@longshore/runtime'
import { describe, expect, it } from 'vitest'
import { type Effect, nameOf, Simulation, type Story } from '../test/simulation.ts'

const SEEDS = Array.from({ length: 30 }, (_, seed) => seed)

describe('consumers to whom anything may happen', () => {
  it.each(SEEDS)('lose nothing and keep the order of keys, seed %i', async (seed) => {
    const story = await new Simulation(seed).play()
    expectNothingLost(story)
    expect(orderBreaks(story.effects)).toEqual([])
  })

  it.each(SEEDS)('have every effect once, in the order of keys, when they remember it, seed %i', async (seed) => {
    const story = await new Simulation(seed, (clock) => memoryStore({ clock })).play()
    expectNothingLost(story)
    expect(new Set(story.effects.map(nameOf)).size).toBe(story.effects.length)
    for (const ofKey of Map.groupBy(story.effects, ({ key }) => key).values()) {
      const places = ofKey.map(({ place }) => place)
      expect(places).toEqual(places.toSorted((one, other) => Number(one - other)))
    }
  })
})

function expectNothingLost({ sent, effects, deadLetters }: Story): void {
  const handled = new Set(effects.map(nameOf))
  const lost = sent.filter(({ kind }) => kind !== 'refused').filter((message) => !handled.has(nameOf(message)))
  expect(lost).toEqual([])
  expect(deadLetters).toEqual(new Set(sent.filter(({ kind }) => kind === 'refused').map(nameOf)))
}

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
