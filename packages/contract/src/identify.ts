/** Says which AsyncAPI version a document is, or why it is none. */
import type { Diagnostic } from './diagnostic.ts'
import { isObject, memberOf } from './source/pointer.ts'
import type { SourceFile } from './source/source-file.ts'

/** `line` is the major version: the two lines differ in the meaning of operations. */
export interface Identified {
  readonly version: Version
  readonly line: '2' | '3'
}

export type Identity =
  | ({ readonly kind: 'asyncapi' } & Identified)
  | { readonly kind: 'refused'; readonly diagnostic: Diagnostic }

/** Versions whose schemas are known. */
export const VERSIONS = ['2.0.0', '2.1.0', '2.2.0', '2.3.0', '2.4.0', '2.5.0', '2.6.0', '3.0.0', '3.1.0'] as const

export type Version = (typeof VERSIONS)[number]

export function isVersion(version: string): version is Version {
  return VERSIONS.some((known) => known === version)
}

export function identify(source: SourceFile): Identity {
  const { value } = source
  const version = memberOf(value, 'asyncapi')
  if (typeof version === 'string' && isVersion(version)) {
    return { kind: 'asyncapi', version, line: version.startsWith('2') ? '2' : '3' }
  }
  if (version !== undefined) return refused(source, '/asyncapi', unsupported(version))
  return refused(
    source,
    '',
    isObject(value) ? other(value) : 'The document is not a mapping, so it cannot be AsyncAPI.',
  )
}

function unsupported(version: unknown): string {
  return typeof version === 'string'
    ? `AsyncAPI "${version}" is not supported; ${VERSIONS[0]} to 2.6.0, 3.0.0 and 3.1.0 are.`
    : 'The "asyncapi" member must be a string in quotes, such as "3.0.0".'
}

function other(value: object): string {
  if ('openapi' in value || 'swagger' in value) return 'This is an OpenAPI document, not an AsyncAPI one.'
  if ('$schema' in value) return 'This is a JSON Schema, not an AsyncAPI document.'
  return 'This is not an AsyncAPI document: it has no "asyncapi" member.'
}

function refused(source: SourceFile, pointer: string, message: string): Identity {
  const fix = 'Start the document with "asyncapi: 3.0.0", or convert it with the AsyncAPI converter.'
  return {
    kind: 'refused',
    diagnostic: { code: 'not_asyncapi', severity: 'error', message, fix, at: source.locate(pointer) },
  }
}
