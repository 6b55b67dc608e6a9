/** Examples that break the schema they illustrate. */
import type { Json, JsonSchema, Message, NodeRef, Payload } from '../contract.ts'
import { below, isList } from '../source/pointer.ts'
import { nodeRef } from '../source/source-file.ts'
import { type Illustration, judge } from './illustration.ts'
import type { Document, Rule } from './rule.ts'

export const invalidExample: Rule = {
  code: 'invalid_example',
  severity: 'warn',
  about: 'An example satisfies the schema it illustrates.',
  fix: 'Correct the example or the schema.',
  check: (document) => judge('example', [...messageExamples(document), ...schemaExamples(document)], document),
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

function* illustration(value: Json | undefined, schema: JsonSchema | undefined, at: NodeRef): Iterable<Illustration> {
  if (value !== undefined && schema !== undefined) yield { value, schema, at }
}
