import type { Command } from './command.ts'

/** What `--help` lists. A command's file is read only when it is called. */
export interface CommandEntry {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly about: string
  load(): Promise<Command>
}

export const COMMANDS: readonly CommandEntry[] = Object.freeze([
  {
    name: 'init',
    about: 'start a project with a sample contract',
    load: async () => (await import('./commands/init.ts')).init,
  },
  {
    name: 'check',
    aliases: ['governance'],
    about: 'say what is risky in a contract',
    load: async () => (await import('./commands/check.ts')).check,
  },
  {
    name: 'import',
    aliases: ['protocol-discover asyncapi'],
    about: 'write the event manifests of a contract',
    load: async () => (await import('./commands/import.ts')).importManifests,
  },
  {
    name: 'generate consumer',
    aliases: ['generate', 'protocol-generate consumer'],
    about: 'print the TypeScript consumers of a contract or a manifest',
    load: async () => (await import('./commands/generate.ts')).generate,
  },
  {
    name: 'diff',
    about: 'say what breaks between two versions of a contract',
    load: async () => (await import('./commands/diff.ts')).diff,
  },
  {
    name: 'explain',
    about: 'say what each consumer of a contract will guarantee',
    load: async () => (await import('./commands/explain.ts')).explain,
  },
  {
    name: 'dlq list',
    about: 'list the dead letters of a consumer',
    load: async () => (await import('./commands/dlq-list.ts')).dlqList,
  },
  {
    name: 'dlq show',
    about: 'show one dead letter with its cause, PII masked',
    load: async () => (await import('./commands/dlq-show.ts')).dlqShow,
  },
  {
    name: 'dlq redrive',
    about: 'send dead letters back to the consumer that failed',
    load: async () => (await import('./commands/dlq-redrive.ts')).dlqRedrive,
  },
  {
    name: 'doctor',
    about: 'test broker, credentials and topics',
    load: async () => (await import('./commands/doctor.ts')).doctor,
  },
])
