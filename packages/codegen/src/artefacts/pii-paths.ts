import type { Manifest } from '@longshore/manifest'
import { piiPaths } from '../plan/consumer-facts.ts'
import { LINE_WIDTH, layout } from '../print/layout.ts'
import { literal } from '../print/literal.ts'

/**
 * The constant that holds the paths of personal data where they take more than a line: it stands with the event's types, so that a
 * consumer stays short enough to be read. `undefined` when they fit into the consumer's contract.
 */
export function piiConstant(type: string, manifests: readonly Manifest[]): string | undefined {
  const line = layout(['  pii: ', literal(piiPaths(manifests)), ','])
  return line.includes('\n') || line.length > LINE_WIDTH ? `piiOf${type}` : undefined
}

/** Its declaration, where there is one. */
export function printPiiPaths(type: string, manifests: readonly Manifest[]): readonly string[] {
  const name = piiConstant(type, manifests)
  if (name === undefined) return []
  const declared = layout([`export const ${name}: readonly string[] = `, literal(piiPaths(manifests))])
  return [`/** Paths of personal data. */\n${declared}`]
}
