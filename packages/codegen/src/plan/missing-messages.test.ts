import { describe, expect, it } from 'vitest'
import { linesBetween, manifestOf } from '../../test/manifest-of.ts'
import { plan } from './plan.ts'

const jobs = (facts: Parameters<typeof manifestOf>[0] = {}) =>
  manifestOf({ name: 'job.completed', channel: 'jobs', siblings: ['job.failed'], ...facts })
const byProperty = { toldApartBy: { kind: 'property', path: 'type', value: 'completed' } } as const
const textOf = ({ files }: ReturnType<typeof plan>, path: string) =>
  files.find((file) => file.path === path)?.text ?? ''

describe('one message of a channel of several', () => {
  it('is told from the others, which are acknowledged, tested and warned of', () => {
    const printed = plan([jobs(byProperty)])
    expect(linesBetween(textOf(printed, 'job-completed.consumer.ts'), 'function messageOf', '}')).toEqual([
      "function messageOfJobCompleted(value: unknown): 'job.completed' | undefined {",
      "  return memberAt(value, 'type') === 'completed' ? 'job.completed' : undefined",
      '}',
    ])
    expect(textOf(printed, 'job-completed.consumer.ts')).toContain('  messageOf: messageOfJobCompleted,\n')
    expect(textOf(printed, 'job-completed.consumer.test.ts')).toContain('acknowledges what is another message')
    expect(printed.diagnostics.map(({ code, message }) => [code, message])).toEqual([
      [
        'messages_left_out',
        'Channel jobs also carries job.failed; nothing is printed for them. JobCompletedConsumer counts and acknowledges them.',
      ],
    ])
  })

  it('is told by its header where that is what differs', () => {
    const text = textOf(
      plan([jobs({ toldApartBy: { kind: 'header', name: 'x-kind', value: 'completed' } })]),
      'job-completed.consumer.ts',
    )
    expect(text).toContain("  return headers['x-kind'] === 'completed' ? 'job.completed' : undefined")
  })

  it('lets nothing pass unseen where only schemas differ: the others are dead letters, and that is said', () => {
    const { diagnostics, ...printed } = plan([jobs({ toldApartBy: { kind: 'schema' } })])
    expect(textOf({ diagnostics, ...printed }, 'job-completed.consumer.ts')).not.toContain('messageOf')
    expect(diagnostics.map(({ message }) => message)).toEqual([
      expect.stringContaining('sends them to the dead letters'),
    ])
  })

  it('is no finding where the application receives no other', () => {
    const failed = manifestOf({ name: 'job.failed', channel: 'jobs', actions: ['send'], siblings: ['job.completed'] })
    const printed = plan([jobs(byProperty), failed])
    expect(printed.diagnostics).toEqual([])
    expect(textOf(printed, 'job-completed.consumer.ts')).toContain('messageOf: messageOfJobCompleted')
  })
})
