import { type Change, diff as changesBetween, semverAdvice } from '@longshore/manifest'
import { type Command, choiceFlag, type Invocation } from '../command.ts'
import { DOCUMENT_FLAGS, readDocuments } from '../documents.ts'
import { table } from '../table.ts'
import { UsageError } from '../usage-error.ts'

const LEVELS = ['breaking', 'major', 'any', 'never'] as const

export const diff: Command = {
  usage: '<old> <new> [options]',
  about: [
    'Says what changed between two versions of a contract, and which reader or writer it breaks, in the words of Avro:',
    'full, backward (new readers read old data), forward (old readers read new data), breaking. Ends with 1 as --fail-on says.',
  ].join('\n'),
  flags: {
    ...DOCUMENT_FLAGS,
    'fail-on': {
      type: 'string',
      value: '<level>',
      about: 'major (breaks what the contract promises), breaking (both directions), any or never; default major',
    },
  },
  examples: [
    [
      'git show main:contracts/user-events.yaml > /tmp/old.yaml && longshore diff /tmp/old.yaml contracts/user-events.yaml',
      'before a merge',
    ],
    ['longshore diff old.yaml new.yaml --json', 'for programs'],
  ],
  async run(invocation) {
    const { flags, io } = invocation
    const failOn = choiceFlag(flags, 'fail-on', LEVELS, 'major')
    const [old, now] = await bothManifests(invocation)
    const changes = changesBetween(old, now)
    const advice = semverAdvice(changes)
    io.print(flags.json === true ? JSON.stringify({ advice, changes }, null, 2) : text(changes, advice))
    return changes.some((change) => fails(change, failOn)) ? 1 : 0
  },
}

async function bothManifests(invocation: Invocation) {
  const [old, now, ...more] = invocation.positionals
  if (old === undefined || now === undefined || more.length > 0)
    throw new UsageError('diff needs two documents: the old one and the new one.')
  const [before] = await readDocuments({ ...invocation, positionals: [old] })
  const [after] = await readDocuments({ ...invocation, positionals: [now] })
  for (const document of [before, after]) {
    const broken = document?.diagnostics.find(({ severity }) => severity === 'error')
    if (broken !== undefined)
      throw new UsageError(
        `${document?.file} has errors (${broken.message}) Run longshore check ${document?.file} first.`,
      )
  }
  return [before?.manifests ?? [], after?.manifests ?? []] as const
}

function fails({ compatibility, advice }: Change, level: (typeof LEVELS)[number]): boolean {
  if (level === 'never') return false
  return level === 'any' || (level === 'major' ? advice === 'major' : compatibility === 'breaking')
}

function text(changes: readonly Change[], advice: string): string {
  if (changes.length === 0) return 'Nothing changed.'
  const rows = table(changes, [
    { title: 'EVENT', cell: ({ event }) => event },
    { title: 'WHAT', cell: ({ kind, path }) => (path === '' ? kind : `${kind} ${path}`) },
    { title: 'CLASS', cell: ({ compatibility }) => compatibility },
    { title: 'BREAKS', cell: ({ breaks }) => breaks },
    { title: 'WHY', cell: ({ reason }) => reason },
  ])
  return `${rows}\n\n${changes.length} changes; advised version step: ${advice}`
}
