import { describe, expect, it } from 'vitest'
import { manifestOf } from '../../test/manifest-of.ts'
import { relativeTo } from '../support/closure.ts'
import { plan } from './plan.ts'

const paths = (files: ReturnType<typeof plan>['files']) =>
  files.map(({ path }) => path).filter((path) => !path.startsWith('support/'))

describe('a plan', () => {
  it('has four files for an event, and a main', () => {
    expect(paths(plan([manifestOf()]).files)).toEqual([
      'user-created.event.ts',
      'user-created.consumer.ts',
      'user-created.handler.ts',
      'user-created.consumer.test.ts',
      'main.ts',
    ])
  })

  it('writes handler and main once', () => {
    expect(
      plan([manifestOf()])
        .files.filter(({ once }) => once)
        .map(({ path }) => path),
    ).toEqual(['user-created.handler.ts', 'main.ts'])
  })

  it('has one consumer for a channel of several messages, with a handler for each', () => {
    const on = (name: string) =>
      manifestOf({ name, channel: 'userEvents', toldApartBy: { kind: 'property', path: 'type', value: name } })
    const { files, channels } = plan([on('user.created'), on('user.deleted')])
    const textOf = (path: string) => files.find((file) => file.path === path)?.text ?? ''
    expect(channels.map(({ name }) => name)).toEqual(['UserEvents'])
    expect(textOf('user-events.handler.ts')).toContain("  'user.deleted': async (event, { log }) => {")
    expect(textOf('user-events.event.ts')).toContain(
      "  if (memberAt(value, 'type') === 'user.created') return 'user.created'\n",
    )
    expect(textOf('user-events.consumer.ts')).toContain('byMessage<UserEventsMessages>(handle)')
  })

  it('tries schemas last where nothing else tells messages apart, and takes the last one untried', () => {
    const on = (name: string) => manifestOf({ name, channel: 'users', toldApartBy: { kind: 'schema' } })
    const text = plan([on('a'), on('b')]).files.find(({ path }) => path === 'users.event.ts')?.text
    expect(text).toContain("  if (validateA(value) === VALID) return 'a'\n  return 'b'\n")
  })

  it('keeps files, classes and constants of the whole set apart', () => {
    const { files } = plan([
      manifestOf({ name: 'user.created', channel: 'one' }),
      manifestOf({ name: 'UserCreated', channel: 'two' }),
      manifestOf({ name: 'main', channel: 'three' }),
      manifestOf({ name: 'Handler', channel: 'four' }),
    ])
    const names = files.map(({ path }) => path.toLowerCase())
    expect(new Set(names).size).toBe(names.length)
    expect(paths(files)).toContain('user-created-2.consumer.ts')
    expect(paths(files)).toContain('main-2.consumer.ts')
    expect(files.find(({ path }) => path === 'handler.consumer.ts')?.text).toContain('class Handler2Consumer')
  })

  it('prints what the application receives, or everything when it receives nothing', () => {
    const sent = manifestOf({ name: 'user.sent', actions: ['send'] })
    expect(plan([manifestOf(), sent]).channels).toHaveLength(1)
    expect(plan([sent]).channels).toHaveLength(1)
    expect(plan([manifestOf(), sent], { channels: 'all' }).channels).toHaveLength(2)
  })

  it('says which channels it has no transport for, and what to do', () => {
    const { channels, diagnostics } = plan([
      manifestOf({ name: 'a', delivery: { transport: 'unknown' } }),
      manifestOf({ name: 'b', delivery: { transport: 'nats' } }),
    ])
    expect(channels).toEqual([])
    expect(diagnostics.map(({ code }) => code)).toEqual(['unknown_transport', 'unsupported_transport'])
  })
})

describe('a schema whose references multiply', () => {
  it('is printed in time that grows with its text', () => {
    const level = (n: number) => ({
      allOf: [
        { $ref: `#/$defs/L${n + 1}` },
        { $ref: `#/$defs/L${n + 1}` },
        { properties: { [`p${n}`]: { type: 'string' } } },
      ],
    })
    const definitions = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`L${n}`, level(n)]))
    const payload = {
      $ref: '#/$defs/L0',
      $defs: { ...definitions, L40: { type: 'object', properties: { a: { type: 'string' } } } },
    }
    expect(plan([manifestOf({ payload, pii: ['a'] })], { runtime: 'package' }).files).toHaveLength(7)
  })
})

describe('support', () => {
  for (const importExtension of ['js', 'ts'] as const)
    it(`is complete, and imports nothing of this project by name (.${importExtension})`, () => {
      const { files } = plan([manifestOf()], { importExtension })
      const known = new Set(files.map(({ path }) => path))
      const imports = files.flatMap(({ path, text }) =>
        [...text.matchAll(/from '([^']+)'/g)].map(([, from = '']) => ({ path, from })),
      )
      expect(imports.filter(({ from }) => from.startsWith('@longshore'))).toEqual([])
      const missing = imports.filter(
        ({ path, from }) => from.startsWith('.') && !known.has(relativeTo(path, from).replace(/\.js$/, '.ts')),
      )
      expect(missing).toEqual([])
    })

  it('carries its licence in every file', () => {
    const support = plan([manifestOf()]).files.filter(({ path }) => /^support\/.*\.ts$/.test(path))
    expect(support.length).toBeGreaterThan(20)
    expect(support.filter(({ text }) => !text.startsWith('// SPDX-License-Identifier: Apache-2.0\n'))).toEqual([])
  })

  it('is only the checks when the runtime is a package', () => {
    const { files } = plan([manifestOf()], { runtime: 'package' })
    expect(files.map(({ path }) => path).filter((path) => path.startsWith('support/'))).toEqual([
      'support/LICENSE',
      'support/checks.ts',
    ])
  })
})
