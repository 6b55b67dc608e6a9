/** Checks the document against the schema of its version. Bindings have a check of their own. */
import type { Diagnostic } from '../diagnostic.ts'
import type { Version } from '../identify.ts'
import { lastToken } from '../source/pointer.ts'
import type { SourceFile } from '../source/source-file.ts'
import { type Violation, violations } from './schema-error.ts'
import { documentValidator } from './validators.ts'

export async function validateDocument(source: SourceFile, version: Version): Promise<Diagnostic[]> {
  const validate = await documentValidator(version)
  return violations(validate(source.value)).map((violation) => toDiagnostic(violation, source, version))
}

function toDiagnostic({ pointer, keyword, message }: Violation, source: SourceFile, version: Version): Diagnostic {
  const name = pointer === '' ? 'The document' : `"${lastToken(pointer)}"`
  return {
    code: 'schema_violation',
    severity: 'error',
    message: keyword === 'additionalProperties' ? message : `${name} ${message}`,
    fix: FIXES[keyword] ?? `Write it as AsyncAPI ${version} asks.`,
    at: source.locate(pointer),
  }
}

const FIXES: { readonly [keyword: string]: string } = {
  additionalProperties: 'Correct the name, move it to where it belongs, or let it start with "x-".',
  required: 'Add it.',
  type: 'Change the value.',
  enum: 'Choose one of them.',
}
