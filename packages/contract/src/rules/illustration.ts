/** Values a document gives to illustrate a schema, and what the schema says of them. */
import type { NodeRef } from '../contract.ts'
import type { ValueCheck } from '../validation/check-value.ts'
import type { Document, Finding } from './rule.ts'

export interface Illustration extends ValueCheck {
  readonly at: NodeRef
}

/** What checks values is loaded only when there are some. */
export async function judge(
  what: string,
  illustrations: readonly Illustration[],
  { reading }: Document,
): Promise<Finding[]> {
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
