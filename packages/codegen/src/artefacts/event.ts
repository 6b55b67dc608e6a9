import type { Manifest } from '@longshore/manifest'
import { SourceFile } from '../print/source-file.ts'
import { piiMarks } from '../schema/pii-marks.ts'
import { schemaGraph } from '../schema/schema-graph.ts'
import { printTypes } from '../types/print-types.ts'
import { typeNames } from '../types/type-names.ts'
import { printValidator } from '../validator/print-validator.ts'
import { printEventHeaders } from './event-headers.ts'
import { GENERATED_HEADER } from './header.ts'
import { printPiiPaths } from './pii-paths.ts'

/**
 * The types of one event, payload and headers, and its validator.
 *
 * @param event Name of the event's type: `UserCreated`.
 * @param checks Module that holds checks.ts: `./support/checks.js`.
 */
export function printEvent(manifest: Manifest, event: string, checks: string): string {
  const { payload = true, fields, name } = manifest.schema
  const graph = schemaGraph(payload)
  const names = typeNames(graph, event, name)
  const validator = printValidator(graph, names)
  const file = new SourceFile(GENERATED_HEADER)
  file.type('Violation', checks)
  for (const check of validator.checks) file.value(check, checks)
  file.add(...printTypes(graph, names, piiMarks(graph, fields)))
  file.add(...printEventHeaders(manifest.schema.headers, event, checks, file))
  file.add(...validator.declarations, ...printPiiPaths(event, [manifest]))
  return file.toString()
}
