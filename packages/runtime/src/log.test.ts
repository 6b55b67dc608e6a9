import { ManualClock } from '@longshore/testing'
import { describe, expect, it } from 'vitest'
import { childLog, jsonLog, type LogLevel } from './log.ts'

describe('a JSON log', () => {
  it('writes one line in pino’s shape', () => {
    const { log, lines } = captured()
    log.warn('attempt failed', { attempt: 2, offset: 17n })
    expect(lines).toEqual(['{"level":40,"time":1767225600000,"msg":"attempt failed","attempt":2,"offset":"17"}'])
  })

  it('writes nothing below its level', () => {
    const { log, lines } = captured('warn')
    log.info('started')
    expect(lines).toEqual([])
  })

  it('writes an error by name and code, for its message may quote a payload', () => {
    const { log, lines } = captured()
    log.error('failed', { error: Object.assign(new Error('anna@example.com exists'), { code: '23505' }) })
    expect(lines[0]).toContain('"error":{"name":"Error","code":"23505"}')
  })

  it('never fails, even on a field that is circular', () => {
    const { log, lines } = captured()
    const circular: { self?: unknown } = {}
    circular.self = circular
    log.info('odd', { circular })
    expect(lines).toEqual(['{"level":30,"time":1767225600000,"msg":"odd","unwritable":["circular"]}'])
  })
})

describe('a child log', () => {
  it('adds its fields and masks the event', () => {
    const { log, lines } = captured()
    childLog(log, { topic: 'user.created' }, ['email']).info('created', { event: { email: 'user@example.com', id: 1 } })
    expect(lines[0]).toContain('"topic":"user.created","event":{"email":"u***@e***.com","id":1}')
  })
})

function captured(level: LogLevel = 'info') {
  const lines: string[] = []
  return { lines, log: jsonLog({ clock: new ManualClock(), level, write: (line) => lines.push(line) }) }
}
