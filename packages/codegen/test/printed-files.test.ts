import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { GenerateOptions } from '../src/options.ts'
import { plan } from '../src/plan/plan.ts'
import { manifestOf } from './manifest-of.ts'

const MODULES = join(import.meta.dirname, '../../../node_modules')

/** Everything a user may have switched on. */
const STRICT = {
  target: 'es2024',
  lib: ['es2024'],
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noImplicitReturns: true,
  noImplicitOverride: true,
  noFallthroughCasesInSwitch: true,
  verbatimModuleSyntax: true,
  erasableSyntaxOnly: true,
  isolatedModules: true,
  skipLibCheck: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  noEmit: true,
}

const FORMAT = {
  root: true,
  formatter: { indentStyle: 'space', indentWidth: 2, lineWidth: 120 },
  javascript: {
    formatter: { quoteStyle: 'single', semicolons: 'asNeeded' },
    parser: { unsafeParameterDecoratorsEnabled: true },
  },
}

const several = (name: string, value: string) =>
  manifestOf({ name, channel: 'orderEvents', toldApartBy: { kind: 'property', path: 'kind', value } })

/** One event with much in its schema, and a channel of two messages. */
const MANIFESTS = [
  manifestOf({
    pii: ['customer.email'],
    metadata: { partitions: 3, 'retry.max.attempts': 3 },
    delivery: { retry_policy: 'exponential', dlq: 'dead' },
    payload: {
      allOf: [
        { $ref: '#/$defs/Entity' },
        { type: 'object', required: ['customer'], properties: { customer: { $ref: '#/$defs/Person' } } },
      ],
      $defs: {
        Entity: {
          type: 'object',
          required: ['id'],
          properties: { id: { type: 'string', format: 'uuid' }, 'x-tag': { type: 'string' } },
        },
        Person: {
          type: 'object',
          required: ['email'],
          properties: {
            email: { type: 'string', format: 'email' },
            status: {
              enum: [
                'a-very-long-status-name',
                'another-very-long-status-name',
                'and-one-more-of-that-kind',
                'short',
                null,
              ],
            },
            friends: { type: 'array', items: { $ref: '#/$defs/Person' } },
            pay: {
              oneOf: [
                { type: 'object', required: ['k'], properties: { k: { const: 1 } } },
                { type: 'object', required: ['k'], properties: { k: { const: 2 } } },
              ],
            },
            metrics: { type: 'object', patternProperties: { '^m_': { type: 'number' } }, additionalProperties: false },
            pair: {
              type: 'array',
              prefixItems: [{ type: 'string' }, { type: ['integer', 'null'], minimum: 0 }],
              items: false,
            },
          },
        },
      },
    },
  }),
  several('order.placed', 'placed'),
  several('order.cancelled', 'cancelled'),
  manifestOf({
    name: 'job.completed',
    siblings: ['job.failed'],
    toldApartBy: { kind: 'header', name: 'x-kind-of-job-event', value: 'completed' },
  }),
  manifestOf({
    name: 'sensor.read',
    delivery: { transport: 'mqtt', topic: 'sensors/{id}/{x-place}' },
    payload: true,
    actions: ['receive', 'send'],
  }),
  manifestOf({
    name: 'meter.read',
    format: 'avro',
    pii: Array.from({ length: 12 }, (_, index) => `reading.owner.number${index}`),
  }),
  manifestOf({ name: 'order.shipped', actions: ['send'], delivery: { transport: 'amqp' } }),
  // What real documents have tripped over.
  manifestOf({
    name: 'odd.reported',
    payload: {
      type: 'object',
      properties: {
        checkSeverity: { $ref: '#/$defs/Severity' },
        isObject: { $ref: '#/$defs/Closed' },
        size: { type: 'object', propertyNames: false, minProperties: 0 },
        dtype: { type: ['string', 'array'], items: { type: 'array', prefixItems: [{ type: 'string' }] } },
        rest: { type: 'object', unevaluatedProperties: false },
      },
      $defs: {
        Severity: { enum: ['a', 'b', 'c', 'd', 'e'] },
        Closed: { type: 'object', additionalProperties: false },
      },
    },
  }),
  manifestOf({
    name: 'user.invited',
    actions: ['send'],
    metadata: { ordering_key: 'id' },
    toldApartBy: { kind: 'header', name: 'x-kind', value: 'invited' },
  }),
]

const VARIANTS: { readonly [folder: string]: GenerateOptions } = {
  plain: { brokerTests: true, producers: true, provision: ['script', 'rabbitmq'] },
  inbox: { inbox: 'postgres' },
  nest: { framework: 'nestjs' },
  both: { framework: 'nestjs', inbox: 'postgres', producers: true },
}

describe('printed files', () => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'longshore-printed-'))
    symlinkSync(MODULES, join(folder, 'node_modules'))
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
    writeFileSync(join(folder, 'biome.json'), JSON.stringify(FORMAT))
    for (const [variant, options] of Object.entries(VARIANTS))
      for (const { path, text } of plan(MANIFESTS, options).files) {
        mkdirSync(dirname(join(folder, 'src', variant, path)), { recursive: true })
        writeFileSync(join(folder, 'src', variant, path), text)
      }
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  const run = (command: string, ...args: readonly string[]) => {
    const { stdout, stderr, status } = spawnSync(join(MODULES, '.bin', command), args, {
      cwd: folder,
      encoding: 'utf8',
    })
    return status === 0 ? 'ok' : stdout + stderr
  }

  it.each([
    ['an ESM package', { module: 'nodenext', moduleResolution: 'nodenext' }],
    ['a bundler', { module: 'preserve', moduleResolution: 'bundler' }],
  ])('compile strictly in %s', { timeout: 60_000 }, (_, modules) => {
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...STRICT, ...modules }, include: ['src'] }),
    )
    expect(run('tsc', '-p', '.')).toBe('ok')
  })

  it('are left as they are by the formatter', { timeout: 60_000 }, () => {
    expect(run('biome', 'format', 'src')).toBe('ok')
  })
})
