/** Checks the document against the schema of its version. Bindings have a check of their own. */
import type { Diagnostic } from '../diagnostic.ts'
import type { Version } from '../identify.ts'
import { keyOf } from '../references/graph.ts'
import { spoken } from '../source/pointer.ts'
import type { Node, SourceFile } from '../source/source-file.ts'
import { type Violation, violations } from './schema-error.ts'
import { documentValidator } from './validators.ts'

/** A part of the document that stands in another file, or where parts of another kind are expected. */
export interface ForeignPart {
  readonly kind: 'servers' | 'channels' | 'operations' | 'messages'
  readonly node: Node
}

export async function validateDocument({ source, value }: Node, version: Version): Promise<Diagnostic[]> {
  const validate = await documentValidator(version)
  return violations(validate(value)).map((violation) => toDiagnostic(violation, source, version))
}

/** Checks each part in an otherwise empty document, where the schema expects it. */
export async function validateForeign(parts: readonly ForeignPart[], version: Version): Promise<Diagnostic[]> {
  const once = new Map(parts.map((part) => [`${part.kind} ${keyOf(part.node)}`, part]))
  const validate = await documentValidator(version)
  return [...once.values()].flatMap(({ kind, node }) => {
    const isComponent = kind === 'messages'
    const place = { [kind]: { part: node.value } }
    const errors = validate({ ...EMPTY, asyncapi: version, ...(isComponent ? { components: place } : place) })
    const prefix = `${isComponent ? '/components' : ''}/${kind}/part`
    const inside = violations(errors).filter(({ pointer }) => pointer.startsWith(prefix))
    return inside.map((violation) => toDiagnostic(within(node, violation, prefix), node.source, version))
  })
}

const EMPTY = { info: { title: 'empty', version: '0' }, channels: {} }

function within(node: Node, violation: Violation, prefix: string): Violation {
  return { ...violation, pointer: node.pointer + violation.pointer.slice(prefix.length) }
}

function toDiagnostic({ pointer, keyword, message }: Violation, source: SourceFile, version: Version): Diagnostic {
  return {
    code: 'schema_violation',
    severity: 'error',
    message: keyword === 'additionalProperties' ? message : `${spoken(pointer)} ${message}`,
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
