import { exampleDocument, type Rule } from './rule.ts'
import { RULES } from './rules.ts'

/** docs/rules.md: what each rule speaks of, why, and a document before and after. */
export function renderRules(rules: readonly Rule[] = RULES): string {
  return `${[INTRODUCTION, ...contents(rules), ...rules.map(renderRule)].join('\n\n')}\n`
}

const INTRODUCTION = `# Rules

What \`longshore check\` finds in the events of a contract. An \`error\` should stop a pipeline, a \`warn\` wants a decision, an \`info\` is
good to know. Each rule comes with a document in which it speaks and one in which it does not. Printed from the rules themselves.`

function contents(rules: readonly Rule[]): readonly string[] {
  const rows = rules.map(
    ({ code, severities, about }) => `| [\`${code}\`](#${code}) | ${severities.join(', ')} | ${about} |`,
  )
  return [['| Rule | Severity | Speaks of |', '| --- | --- | --- |', ...rows].join('\n')]
}

function renderRule({ code, severities, about, why, bad, good }: Rule): string {
  return [
    `## ${code}`,
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
