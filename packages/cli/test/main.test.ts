import { describe, expect, it } from 'vitest'
import { COMMANDS } from '../src/commands.ts'
import { runCommand } from './run-command.ts'

describe('longshore', () => {
  it('lists its commands on --help, and ends with 0', async () => {
    const { code, out } = await runCommand('--help')
    expect(code).toBe(0)
    for (const { name } of COMMANDS) expect(out).toContain(`  ${name}`)
  })

  it('without a command shows the same and ends with 2', async () => {
    expect((await runCommand('')).code).toBe(2)
  })

  it('names an unknown command in one line, without a stack', async () => {
    const { code, err } = await runCommand('chekc contracts/user-events.yaml')
    expect(code).toBe(2)
    expect(err).toBe('longshore: There is no command "chekc". Try longshore --help.')
  })

  it('names the members of a group that was called alone', async () => {
    const { code, err } = await runCommand('dlq')
    expect(code).toBe(2)
    expect(err).toBe('longshore: "dlq" needs one of: dlq list, dlq show, dlq redrive.')
  })

  it('names them by the other name a command goes by, too', async () => {
    const { err } = await runCommand('protocol-generate --help')
    expect(err).toBe('longshore: "protocol-generate" needs one of: protocol-generate consumer.')
  })

  it('names an unknown flag and says where help is', async () => {
    const { code, err } = await runCommand('check --fial-on error contracts/user-events.yaml')
    expect(code).toBe(2)
    expect(err).toContain("Unknown option '--fial-on'")
    expect(err).toContain('longshore check --help')
  })

  it('prints its version', async () => {
    expect((await runCommand('--version')).out).toMatch(/^\d+\.\d+\.\d+$/)
  })
})

describe.each(COMMANDS.map(({ name }) => name))('longshore %s --help', (name) => {
  it('shows usage, every flag and an example, and ends with 0', async () => {
    const { code, out } = await runCommand(`${name} --help`)
    expect(code).toBe(0)
    expect(out).toMatch(new RegExp(`^Usage: longshore ${name} `))
    expect(out).toContain('--json')
    expect(out).toMatch(/Examples:\n {2}\S/)
  })
})
