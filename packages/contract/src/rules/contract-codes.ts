/** Every code this package speaks with, for the printed list of rules. */
import type { Severity } from '../diagnostic.ts'
import { CONTRACT_RULES } from './check-rules.ts'

export interface CodeDescription {
  readonly code: string
  readonly severity: Severity
  /** One sentence: what holds when the code stays silent. */
  readonly about: string
}

/** What is said while a document is opened, read and checked against its schema; the rules follow. */
const READING: readonly CodeDescription[] = [
  { code: 'unreadable_document', severity: 'error', about: 'The document is a file that can be read.' },
  { code: 'empty_document', severity: 'error', about: 'The file holds a document.' },
  { code: 'invalid_syntax', severity: 'error', about: 'The text is YAML or JSON.' },
  { code: 'yaml_indentation', severity: 'warn', about: 'Lines inside brackets are indented as YAML 1.2 asks.' },
  { code: 'document_too_large', severity: 'error', about: 'No file exceeds the bounds on bytes, values and depth.' },
  { code: 'not_asyncapi', severity: 'error', about: 'The document is AsyncAPI 2.0 to 2.6, 3.0 or 3.1.' },
  { code: 'schema_violation', severity: 'error', about: 'The document satisfies the schema of its AsyncAPI version.' },
  { code: 'dangling_reference', severity: 'error', about: 'Every `$ref` leads to something.' },
  { code: 'reference_cycle', severity: 'error', about: 'No `$ref` leads back to itself through references alone.' },
  { code: 'reference_outside_root', severity: 'error', about: 'File references stay inside the root folder.' },
  {
    code: 'http_reference_not_allowed',
    severity: 'error',
    about: 'Network references are followed only when allowed.',
  },
  { code: 'too_many_files', severity: 'error', about: 'A document leads to a bounded number of files.' },
  {
    code: 'reference_into_text',
    severity: 'warn',
    about: 'No `$ref` points into a file that is neither YAML nor JSON.',
  },
  { code: 'schema_not_analysed', severity: 'info', about: 'Schemas are written in a language that is analysed here.' },
  {
    code: 'invalid_binding',
    severity: 'error',
    about: 'The members of a binding have the form its specification gives them.',
  },
  {
    code: 'unknown_binding_field',
    severity: 'warn',
    about: 'The members of a binding are known to its specification; others are kept.',
  },
]

export const CONTRACT_CODES: readonly CodeDescription[] = [
  ...READING,
  ...CONTRACT_RULES.map(({ code, severity, about }) => ({ code, severity, about })),
]
