import { writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { type Diagnostic, renderDiagnostics, type Severity, toSarif } from '@longshore/contract'
import { findings, renderGovernance, reportGovernance } from '@longshore/governance'
import { unusedReviews } from '@longshore/manifest'
import { type Command, choiceFlag, type Invocation, listFlag, textFlag } from '../command.ts'
import { DOCUMENT_FLAGS, type Document, readDocuments } from '../documents.ts'
import { table } from '../table.ts'

const FORMATS = ['text', 'table', 'json', 'sarif', 'markdown'] as const
const RANK: { readonly [severity in Severity | 'never']: number } = { info: 0, warn: 1, error: 2, never: 3 }

export const check: Command = {
  usage: '<document…> [options]',
  about: [
    'Says what is wrong with a contract and what is risky in it: PII kept too long, no dead letter queue, lost order, fan-out.',
    'Ends with 1 when there is a finding at or above --fail-on.',
  ].join('\n'),
  flags: {
    ...DOCUMENT_FLAGS,
    'fail-on': { type: 'string', value: '<severity>', about: 'error, warn, info or never; default error' },
    format: {
      type: 'string',
      value: '<format>',
      about: 'text, table, json, sarif or markdown (GOVERNANCE.md); default text',
    },
    show: {
      type: 'string',
      value: '<severity>',
      about: 'text and table: the least to show, error, warn or info; default warn',
    },
    out: { type: 'string', value: '<file>', about: 'write the report there; default: print it' },
  },
  examples: [
    ['longshore check contracts/user-events.yaml', 'the findings, with the place in the document'],
    ['longshore check contracts/user-events.yaml --format table', 'one line each'],
    ['longshore check contracts/*.yaml --fail-on warn', 'gate a pipeline'],
    ['longshore check contracts/user-events.yaml --format markdown --out GOVERNANCE.md', 'the governance report'],
  ],
  async run(invocation) {
    const { flags, io, config } = invocation
    const failOn = choiceFlag(flags, 'fail-on', ['error', 'warn', 'info', 'never'], severityOr(config.failOn, 'error'))
    const documents = await readDocuments(invocation)
    const diagnostics = [...documents.flatMap(judge), ...idleReviews(invocation, documents)]
    const report = render(invocation, documents, diagnostics)
    const out = textFlag(flags, 'out')
    if (out === undefined) io.print(report)
    else await writeFile(resolve(io.cwd, out), `${report}\n`)
    if (out !== undefined) io.note(`wrote ${out}`)
    return diagnostics.some(({ severity }) => RANK[severity] >= RANK[failOn]) ? 1 : 0
  },
}

/** Mistakes first, then risks; each in the order of the text. */
function judge({ diagnostics, manifests, locate }: Document): readonly Diagnostic[] {
  return [...diagnostics, ...findings(manifests, { locate })]
}

/** Reviews that nothing answers to: misspelt, or overtaken by the contract. Silent when only some events were asked for. */
function idleReviews({ config, flags }: Invocation, documents: readonly Document[]): readonly Diagnostic[] {
  if (listFlag(flags, 'only').length > 0) return []
  const manifests = documents.flatMap((document) => document.manifests)
  return unusedReviews(manifests, config.reviews).map((review) => ({
    code: 'unused_review',
    severity: 'warn',
    message: `The ${review.kind} review${review.event === undefined ? '' : ` of ${review.event}`}${review.kind === 'pii' ? ` of the field ${review.field}` : ''} is about nothing in these contracts.`,
    fix: 'Correct its event or field, or delete it.',
    at: {
      file: config.file ?? 'longshore.yaml',
      line: 1,
      column: 1,
      pointer: `/reviews/${config.reviews.indexOf(review)}`,
    },
  }))
}

function render({ flags, io }: Invocation, documents: readonly Document[], diagnostics: readonly Diagnostic[]): string {
  const manifests = documents.flatMap((document) => document.manifests)
  const shown = choiceFlag(flags, 'show', ['error', 'warn', 'info'], 'warn')
  switch (choiceFlag(flags, 'format', FORMATS, flags.json === true ? 'json' : 'text')) {
    case 'json':
      return JSON.stringify({ diagnostics, governance: reportGovernance(manifests, diagnostics) }, null, 2)
    case 'sarif':
      return JSON.stringify(toSarif(diagnostics), null, 2)
    case 'markdown':
      return renderGovernance(manifests, diagnostics)
    case 'table':
      return withTally(findingsTable, diagnostics, manifests.length, shown)
    case 'text':
      return withTally((list) => renderDiagnostics(list, { color: io.color }), diagnostics, manifests.length, shown)
  }
}

type Printer = (diagnostics: readonly Diagnostic[]) => string

function withTally(print: Printer, diagnostics: readonly Diagnostic[], events: number, least: Severity): string {
  const shown = diagnostics.filter(({ severity }) => RANK[severity] >= RANK[least])
  const count = (wanted: Severity) => diagnostics.filter(({ severity }) => severity === wanted).length
  const hidden = diagnostics.length - shown.length
  const more = hidden === 0 ? '' : ` (${hidden} not shown; --show info)`
  const tally = `${many(events, 'event')}: ${many(count('error'), 'error')}, ${many(count('warn'), 'warning')}, ${many(count('info'), 'note')}${more}`
  return shown.length === 0 ? tally : `${print(shown).trimEnd()}\n\n${tally}`
}

function many(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`
}

/** One line each, the worst first. */
function findingsTable(diagnostics: readonly Diagnostic[]): string {
  const sorted = diagnostics.toSorted((one, other) => RANK[other.severity] - RANK[one.severity])
  return table(sorted, [
    { title: 'SEVERITY', cell: ({ severity }) => severity },
    { title: 'CODE', cell: ({ code }) => code },
    { title: 'WHERE', cell: ({ at: { file, line } }) => `${file}:${line}` },
    { title: 'FINDING', cell: ({ message }) => message },
  ])
}

function severityOr(text: string | undefined, fallback: Severity): Severity | 'never' {
  return text === 'error' || text === 'warn' || text === 'info' || text === 'never' ? text : fallback
}
