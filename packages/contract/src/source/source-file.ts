/** A text read into a JSON value that still knows where each of its nodes was written. */
import type { Json, NodeRef } from '../contract.ts'
import type { Diagnostic, Location } from '../diagnostic.ts'
import { thousands } from '../print/thousands.ts'
import { duplicateKey } from './duplicate-key.ts'
import { jsonLayout } from './json-layout.ts'
import { lineIndex, type Position } from './line-index.ts'
import { type Bounds, measure } from './measure.ts'
import { parseYaml } from './parse-yaml.ts'
import { tokensOf } from './pointer.ts'
import { type Layout, offsetOf } from './positions.ts'

export interface SourceFile {
  /** Absolute path or URL: two references to one file meet here. */
  readonly id: string
  /** The path printed in diagnostics. */
  readonly file: string
  /** The text as it was read, a byte order mark included. */
  readonly content: string
  readonly value: Json
  /** True for languages that are kept as text (`.proto`): their value is the text itself. */
  readonly opaque: boolean
  locate(pointer: string): Location
}

/** A value in a source file. What a reference leads to is a node too. */
export interface Node {
  readonly source: SourceFile
  readonly pointer: string
  readonly value: Json
}

export type SourceResult =
  | {
      readonly kind: 'source'
      readonly source: SourceFile
      /** What was not right in the text and was read all the same. */
      readonly lenience?: Diagnostic
    }
  | { readonly kind: 'unreadable'; readonly diagnostic: Diagnostic }

/** Text files that AsyncAPI documents point into but that are neither YAML nor JSON. */
const OPAQUE = /\.(proto|raml|xsd|wsdl|xml|graphql|gql|md|txt|avdl|thrift|capnp|fbs)$/i

export function nodeRef(node: Node): NodeRef {
  return { file: node.source.file, pointer: node.pointer }
}

/** Reads YAML or JSON. A text that cannot be read gives one diagnostic. */
export function readSource(id: string, file: string, content: string, bounds: Bounds): SourceResult {
  const text = content.startsWith('\uFEFF') ? content.slice(1) : content
  const place = { id, file, content }
  if (OPAQUE.test(id)) return { kind: 'source', source: sourceFile(place, text, noPosition) }
  const json = parseJson(text)
  if (json !== undefined) return readJson(place, text, json, bounds)
  const yaml = parseYaml(text, bounds.maxDepth)
  if (yaml.kind === 'error') return unreadable(invalidSyntax(file, yaml.reason, lineIndex(text)(yaml.offset)))
  if (yaml.kind === 'empty') return unreadable(empty(file))
  const result = bounded(place, yaml.value, positionsOf(yaml.text, yaml.layout, yaml.indented), bounds)
  const [line] = yaml.indented.keys()
  if (line === undefined || result.kind === 'unreadable') return result
  return { ...result, lenience: badIndentation(file, line, yaml.indented.size) }
}

function readJson(place: Place, text: string, json: unknown, bounds: Bounds): SourceResult {
  const duplicate = duplicateKey(text)
  if (duplicate !== undefined) {
    return unreadable(invalidSyntax(place.file, 'a key occurs twice in one object', lineIndex(text)(duplicate)))
  }
  const positions = positionsOf(text, () => jsonLayout(text))
  return bounded(place, json, positions, bounds)
}

type Place = Pick<SourceFile, 'id' | 'file' | 'content'>
type Positions = (pointer: string) => Position

function bounded(place: Place, value: unknown, positions: Positions, bounds: Bounds): SourceResult {
  const measured = measure(value, bounds)
  if (measured.kind === 'json') return { kind: 'source', source: sourceFile(place, measured.value, positions) }
  const at = { file: place.file, line: 1, column: 1, pointer: '' }
  return unreadable({ code: 'document_too_large', severity: 'error', ...OUT_OF_BOUNDS[measured.kind](bounds), at })
}

const OUT_OF_BOUNDS = {
  too_deep: (bounds: Bounds) => ({
    message: `The document is nested deeper than ${bounds.maxDepth} levels, or a YAML alias contains itself.`,
    fix: 'Move deep parts to components and refer to them with $ref.',
  }),
  too_large: (bounds: Bounds) => ({
    message: `The document holds more than ${thousands(bounds.maxNodes)} values once its YAML aliases are followed.`,
    fix: 'Replace repeated aliases with $ref, or split the document into several files.',
  }),
  not_json: () => ({
    message: 'The document holds a value that JSON cannot express.',
    fix: 'Use strings, numbers, booleans, null, lists and mappings only.',
  }),
}

function sourceFile(place: Place, value: Json, positions: Positions): SourceFile {
  return {
    ...place,
    value,
    opaque: typeof value === 'string',
    locate: (pointer) => ({ file: place.file, ...positions(pointer), pointer }),
  }
}

/** Nothing is laid out before the first question. `indented` takes back the spaces that were added to read the text. */
function positionsOf(
  text: string,
  layoutOf: () => Layout,
  indented: ReadonlyMap<number, number> = new Map(),
): Positions {
  const positionAt = lineIndex(text)
  let layout: Layout | undefined
  return (pointer) => {
    layout ??= layoutOf()
    const { line, column } = positionAt(offsetOf(layout, tokensOf(pointer)))
    return { line, column: column - (indented.get(line) ?? 0) }
  }
}

function noPosition(): Position {
  return { line: 1, column: 1 }
}

/** `undefined` unless the text is JSON to the letter; what merely looks like it is read as YAML. */
function parseJson(text: string): unknown {
  if (!/^\s*[{[]/.test(text)) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

function unreadable(diagnostic: Diagnostic): SourceResult {
  return { kind: 'unreadable', diagnostic }
}

function invalidSyntax(file: string, reason: string, at: Position): Diagnostic {
  return {
    code: 'invalid_syntax',
    severity: 'error',
    message: `The text is neither valid YAML nor valid JSON: ${reason}.`,
    fix: 'Correct the syntax at this place.',
    at: { file, ...at, pointer: '' },
  }
}

function empty(file: string): Diagnostic {
  return {
    code: 'empty_document',
    severity: 'error',
    message: 'The file holds no document.',
    fix: 'Write an AsyncAPI document, starting with "asyncapi: 3.0.0".',
    at: { file, line: 1, column: 1, pointer: '' },
  }
}

function badIndentation(file: string, line: number, count: number): Diagnostic {
  const more = count > 1 ? ` ${count - 1} more lines share this mistake.` : ''
  return {
    code: 'yaml_indentation',
    severity: 'warn',
    message: `The line continues a bracket or a quoted text but is not indented deeper than its parent, as YAML 1.2 asks.${more}`,
    fix: 'Indent the line by two more spaces.',
    at: { file, line, column: 1, pointer: '' },
  }
}
