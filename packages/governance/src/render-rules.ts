import { CONTRACT_CODES } from '@longshore/contract'
import { exampleDocument, type Rule } from './rule.ts'
import { RULES } from './rules.ts'

/** docs/rules.md: what is said of a document itself, then what each rule says of its events, why, and a document before and after. */
export function renderRules(): string {
  return `${[INTRODUCTION, mistakes(), RISKS, risks(), ...RULES.map(renderRule)].join('\n\n')}\n`
}

const INTRODUCTION = `# Rules

What \`longshore check\` says. An \`error\` should stop a pipeline, a \`warn\` wants a decision, an \`info\` is good to know. Printed from
the rules themselves.

## Mistakes in the document

One finding per mistake, at its line and column.`

const RISKS = `## Risks in the events

Each rule comes with a document in which it speaks and one in which it does not. Findings that rest on a judgement carry a confidence.`

function mistakes(): string {
  const rows = CONTRACT_CODES.map(({ code, severity, about }) => `| \`${code}\` | ${severity} | ${about} |`)
  return ['| Code | Severity | Silent when |', '| --- | --- | --- |', ...rows].join('\n')
}

function risks(): string {
  const rows = RULES.map(
    ({ code, severities, about }) => `| [\`${code}\`](#${code}) | ${severities.join(', ')} | ${about} |`,
  )
  return ['| Code | Severity | Speaks when |', '| --- | --- | --- |', ...rows].join('\n')
}

function renderRule({ code, severities, about, why, bad, good }: Rule): string {
  return [
    `### ${code}`,
    `**${severities.join(', ')}** · ${about}`,
    why,
    'Speaks:',
    fenced(bad),
    'Silent:',
    fenced(good),
  ].join('\n\n')
}

function fenced(body: string): string {
  return `\`\`\`yaml\n${exampleDocument(body).trimEnd()}\n\`\`\``
}
