import type { Modules } from '../plan/modules.ts'
import type { ProvisionFacts } from '../plan/provisions.ts'
import type { TransportModule } from '../plan/transport-modules.ts'
import { hardline, indent, layout, list } from '../print/layout.ts'
import { objectLiteral } from '../print/literal.ts'
import { SourceFile } from '../print/source-file.ts'
import { GENERATED_HEADER } from './header.ts'

/** The program that creates what is missing at the brokers; `undefined` when there is nothing to create. */
export function printProvisionScript(
  facts: readonly ProvisionFacts[],
  transports: readonly TransportModule[],
  modules: Modules,
): string | undefined {
  const file = new SourceFile(GENERATED_HEADER)
  const parts = transports.flatMap(({ protocol, from, fromEnvironment, provision }) => {
    const wanted = facts.filter(({ transport }) => transport === protocol)
    if (provision === undefined || wanted.length === 0) return []
    const type = file.type('ProvisionRequest', modules.runtime)
    return [
      {
        constant: wantedConstant(protocol, type, wanted),
        call: `...(await ${file.value(provision, from)}(${file.value(fromEnvironment, from)}(process.env), ${protocol}, { dryRun }))`,
      },
    ]
  })
  if (parts.length === 0) return undefined
  file.add(...parts.map(({ constant }) => constant), run(parts.map(({ call }) => call)))
  return file.toString()
}

function wantedConstant(protocol: string, type: string, wanted: readonly ProvisionFacts[]): string {
  const entries = wanted.map(({ transport: _, retry: __, ...request }) => [hardline, objectLiteral(request), ','])
  return layout([`const ${protocol}: readonly ${type}[] = [`, indent(entries), hardline, ']'])
}

function run(calls: readonly string[]): string {
  return `/** Creates what is missing and alters nothing. Ends with 1 when something is missing still, or there and not as stated. */
const dryRun = process.argv.includes('--dry-run')
${layout(['const report = ', list('[', calls, ']')])}
for (const { name, state, details } of report) {
  console.log(\`\${state.padEnd(9)} \${name}\`)
  for (const detail of details) console.log(\`          \${detail}\`)
}
if (report.some(({ state }) => state === 'differs' || state === 'missing')) process.exitCode = 1`
}
