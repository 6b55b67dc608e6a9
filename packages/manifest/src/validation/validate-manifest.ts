import type { Diagnostic } from '@longshore/contract'
import { check } from './check.ts'
import { MANIFEST_SCHEMA } from './manifest-schema.ts'

export interface ValidateOptions {
  /** The name diagnostics give the manifest. Default `manifest.json`. */
  readonly file?: string
}

/** What is wrong with a manifest, also one written by hand; empty when it is a manifest. Unknown keys are no mistake. */
export function validateManifest(
  value: unknown,
  { file = 'manifest.json' }: ValidateOptions = {},
): readonly Diagnostic[] {
  return check(value, MANIFEST_SCHEMA, MANIFEST_SCHEMA).map(({ pointer, message, fix }) => ({
    code: 'invalid_manifest',
    severity: 'error',
    message: `${pointer === '' ? 'The manifest' : pointer} ${message}.`,
    fix,
    at: { file, line: 1, column: 1, pointer },
  }))
}
