/** Examples and defaults that break the schema they illustrate. */
import type { Json, JsonSchema, Message, NodeRef, Payload } from '../contract.ts'
import { below, isList } from '../source/pointer.ts'
import { nodeRef } from '../source/source-file.ts'
import type { ValueCheck } from '../validation/check-value.ts'
import type { Document, Finding, Rule } from './rule.ts'

export const invalidExample: Rule = {
  code: 'invalid_example',
  severity: 'warn',
  about: 'An example satisfies the schema it illustrates.',
  fix: 'Correct the example or the schema.',
  check: (document) => judge('example', [...messageExamples(document), ...schemaExamples(document)], document),
}

export const invalidDefault: Rule = {
  code: 'invalid_default',
  severity: 'warn',
  about: 'A default satisfies the schema it belongs to.',
  fix: 'Correct the default or the schema.',
  check: (document) => judge('default', [...defaults(document)], document),
}

interface Illustration extends ValueCheck {
  readonly at: NodeRef
}

function* messageExamples({ contract }: Document): Iterable<Illustration> {
  const messages = contract.channels.flatMap((channel) => channel.messages)
  const once = new Map(messages.map((message) => [`${message.at.file}#${message.at.pointer}`, message]))
  for (const message of once.values()) {
    for (const [index, example] of message.examples.entries()) {
      yield* illustration(example.payload, schemaIn(message.payload), exampleAt(message, index, 'payload'))
      yield* illustration(example.headers, schemaIn(message.headers), exampleAt(message, index, 'headers'))
    }
  }
}

function exampleAt({ at }: Message, index: number, part: string): NodeRef {
  return { file: at.file, pointer: `${at.pointer}/examples/${index}/${part}` }
}

/** Avro examples may be written in Avro's own JSON encoding, which differs from plain JSON. */
function schemaIn(payload: Payload | undefined): JsonSchema | undefined {
  return payload?.format === 'avro' ? undefined : payload?.schema
}

function* schemaExamples({ reading }: Document): Iterable<Illustration> {
  for (const { copy, node } of reading.schemas.copies()) {
    const { examples } = copy
    if (!isList(examples)) continue
    const { file, pointer } = nodeRef(node)
    for (const [index, value] of examples.entries()) {
      yield { value, schema: copy, at: { file, pointer: below(below(pointer, 'examples'), index) } }
    }
  }
}

function* defaults({ reading }: Document): Iterable<Illustration> {
  for (const { copy, node } of reading.schemas.copies()) {
    if (copy.default === undefined) continue
    const { file, pointer } = nodeRef(node)
    yield { value: copy.default, schema: copy, at: { file, pointer: below(pointer, 'default') } }
  }
}

function* illustration(value: Json | undefined, schema: JsonSchema | undefined, at: NodeRef): Iterable<Illustration> {
  if (value !== undefined && schema !== undefined) yield { value, schema, at }
}

/** What checks values is loaded only when there are some. */
async function judge(what: string, illustrations: readonly Illustration[], { reading }: Document): Promise<Finding[]> {
  if (illustrations.length === 0) return []
  const { checkValues } = await import('../validation/check-value.ts')
  const verdicts = checkValues(illustrations, reading.schemas.definition)
  return illustrations.flatMap(({ at }, index) => {
    const verdict = verdicts[index]
    if (verdict?.kind !== 'invalid') return []
    const where = verdict.pointer === '' ? '' : ` at ${verdict.pointer}`
    const message = `The ${what} does not satisfy "${verdict.keyword}" of its schema${where}.`
    return [{ message, at: { file: at.file, pointer: at.pointer + verdict.pointer } }]
  })
}
