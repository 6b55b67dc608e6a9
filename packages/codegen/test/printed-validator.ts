import { stripTypeScriptTypes } from 'node:module'
import type { JsonSchema } from '@longshore/contract'
import type { Violation } from '../src/schema/checks.ts'
import { schemaGraph } from '../src/schema/schema-graph.ts'
import { typeNames } from '../src/types/type-names.ts'
import { printValidator } from '../src/validator/print-validator.ts'

export type Validate = (value: unknown) => readonly Violation[]

/** Prints the validator of a schema, loads it, and returns it. Only for tests: printed code is run. */
export async function printedValidator(schema: JsonSchema): Promise<Validate> {
  const graph = schemaGraph(schema)
  const { declarations, checks } = printValidator(graph, typeNames(graph, 'Event', undefined))
  const support = new URL('../src/schema/checks.ts', import.meta.url).href
  const text = [
    `import { ${[...checks].join(', ')} } from '${support}'`,
    'interface Violation { readonly pointer: string; readonly rule: string; readonly message: string }',
    ...declarations,
  ].join('\n')
  const module: unknown = await import(`data:text/javascript,${encodeURIComponent(stripTypeScriptTypes(text))}`)
  if (typeof module !== 'object' || module === null || !('validateEvent' in module)) throw new Error('nothing exported')
  return module.validateEvent as Validate
}
