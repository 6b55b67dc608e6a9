import { readFile } from 'node:fs/promises'
import { GENERATE_DEFAULTS } from '@longshore/codegen'
import { POSTGRES_STORE_DEFAULTS } from '@longshore/postgres'
import { BATCH_DEFAULTS, CONSUMER_DEFAULTS, PARKING_DEFAULTS } from '@longshore/runtime'
import { AMQP_DEFAULTS } from '@longshore/transport-amqp'
import { KAFKA_DEFAULTS } from '@longshore/transport-kafka/platformatic'
import { MQTT_DEFAULTS } from '@longshore/transport-mqtt'
import { describe, expect, it } from 'vitest'
import { OPTION_SETS, optionsOf, optionsPage } from './options.ts'
import { readOptions } from './read-options.ts'

const USED: { readonly [name: string]: { readonly [option: string]: unknown } } = {
  ConsumerOptions: CONSUMER_DEFAULTS,
  ParkingLimits: PARKING_DEFAULTS,
  BatchOptions: BATCH_DEFAULTS,
  KafkaOptions: KAFKA_DEFAULTS,
  AmqpOptions: AMQP_DEFAULTS,
  MqttOptions: MQTT_DEFAULTS,
  PostgresStoreOptions: POSTGRES_STORE_DEFAULTS,
  GenerateOptions: GENERATE_DEFAULTS,
}

const UNITS: { readonly [unit: string]: number } = {
  ms: 1,
  s: 1_000,
  min: 60 * 1_000,
  h: 60 * 60 * 1_000,
  days: 24 * 60 * 60 * 1_000,
  KiB: 1_024,
  MiB: 1_024 * 1_024,
}

/** What one unit of the option comes to, by the unit in its name. */
const NAMED: readonly (readonly [RegExp, number])[] = [
  [/Seconds$/, 1_000],
  [/Days$/, 24 * 60 * 60 * 1_000],
]

/** `Default 30 s: …` of an option named `…Seconds` is 30. */
function statedDefault(name: string, about: string): unknown {
  const [, number, unit = ''] = /Default (\d[\d,]*)(?: (ms|s|min|h|days|KiB|MiB)\b)?/.exec(about) ?? []
  if (number !== undefined) {
    const value = Number(number.replaceAll(',', '')) * (UNITS[unit] ?? 1)
    return unit === '' ? value : value / (NAMED.find(([named]) => named.test(name))?.[1] ?? 1)
  }
  const [, word] = /Default `(\w+)`/.exec(about) ?? []
  if (word !== undefined) return word
  const [, flag] = /Default (true|false)\b/.exec(about) ?? []
  return flag === undefined ? undefined : flag === 'true'
}

describe('docs/options.md', () => {
  it('says what the docstrings say; print it anew with npm run docs', async () => {
    expect(await readFile(new URL('../../docs/options.md', import.meta.url), 'utf8')).toBe(await optionsPage())
  })

  it.each(OPTION_SETS.filter(([, , name]) => name in USED))('states the defaults in use of %s', async (...set) => {
    const used = USED[set[2]] ?? {}
    const stated = (await optionsOf(set)).flatMap(({ name, about }) => {
      const value = statedDefault(name, about)
      return value === undefined || !(name in used) ? [] : [[name, value] as const]
    })
    expect(stated.length).toBeGreaterThan(0)
    expect(Object.fromEntries(stated)).toEqual(Object.fromEntries(stated.map(([name]) => [name, used[name]])))
  })
})

describe('an options interface', () => {
  it('is read with name, type and docstring, whether it has one or not', () => {
    const source = [
      'export interface Speed {',
      '  /** Default 3: {@link Enough}.',
      '   * Truly. */',
      '  readonly knots?: number',
      "  readonly flag: 'a' | 'b'",
      '}',
    ]
    expect(readOptions(source.join('\n'), 'Speed')).toEqual([
      { name: 'knots', required: false, type: 'number', about: 'Default 3: `Enough`. Truly.' },
      { name: 'flag', required: true, type: "'a' | 'b'", about: '' },
    ])
  })
})
