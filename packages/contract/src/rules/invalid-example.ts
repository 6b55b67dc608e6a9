/** Examples and defaults that break the schema they illustrate. */
import type { Json, JsonSchema, Message, NodeRef, Payload } from '../contract.ts'
import { below, isList, isObject } from '../source/pointer.ts'
import { nodeRef } from '../source/source-file.ts'
import type { ValueChecker } from '../validation/check-value.ts'
import type { Document, Finding, Rule } from './rule.ts'

export const invalidExample: Rule = {
  code: 'invalid_example',
  severity: 'warn',
  about: 'An example satisfies the schema it illustrates.',
  fix: 'Correct the example or the schema.',
  *check(document) {
    const { check } = document
    if (!check) return
    for (const message of messagesOf(document)) {
      for (const [index, example] of message.examples.entries()) {
        for (const part of ['payload', 'headers'] as const) {
          const at = { file: message.at.file, pointer: `${message.at.pointer}/examples/${index}/${part}` }
          yield* judge(check, example[part], schemaIn(message[part]), at, 'example')
        }
      }
    }
    for (const { copy, node } of document.reading.schemas.copies()) {
      const { examples } = copy
      for (const [index, value] of isList(examples) ? examples.entries() : []) {
        const { file, pointer } = nodeRef(node)
        yield* judge(check, value, copy, { file, pointer: below(below(pointer, 'examples'), index) }, 'example')
      }
    }
  },
}

export const invalidDefault: Rule = {
  code: 'invalid_default',
  severity: 'warn',
  about: 'A default satisfies the schema it belongs to.',
  fix: 'Correct the default or the schema.',
  *check(document) {
    const { check } = document
    if (!check) return
    for (const { copy, node } of document.reading.schemas.copies()) {
      const { file, pointer } = nodeRef(node)
      yield* judge(check, copy.default, copy, { file, pointer: below(pointer, 'default') }, 'default')
    }
  },
}

/** Whether there is anything to check, found without loading what checks it. */
export function holdsValues({ contract, reading }: Pick<Document, 'contract' | 'reading'>): boolean {
  if (contract.channels.some(({ messages }) => messages.some(({ examples }) => examples.length > 0))) return true
  for (const { copy } of reading.schemas.copies()) if ('default' in copy || 'examples' in copy) return true
  return false
}

/** Each message once, however many channels carry it. */
function messagesOf({ contract }: Document): Iterable<Message> {
  const messages = contract.channels.flatMap((channel) => channel.messages)
  return new Map(messages.map((message) => [`${message.at.file}#${message.at.pointer}`, message])).values()
}

/** Avro examples may be written in Avro's own JSON encoding, which differs from plain JSON. */
function schemaIn(payload: Payload | undefined): JsonSchema | undefined {
  return payload?.format === 'avro' ? undefined : payload?.schema
}

function* judge(
  check: ValueChecker,
  value: Json | undefined,
  schema: JsonSchema | undefined,
  at: NodeRef,
  what: string,
): Iterable<Finding> {
  if (value === undefined || schema === undefined || (isObject(schema) && Object.keys(schema).length === 0)) return
  const verdict = check(value, schema)
  if (verdict.kind !== 'invalid') return
  const where = verdict.pointer === '' ? '' : ` at ${verdict.pointer}`
  yield {
    message: `The ${what} does not satisfy "${verdict.keyword}" of its schema${where}.`,
    at: { file: at.file, pointer: at.pointer + verdict.pointer },
  }
}
