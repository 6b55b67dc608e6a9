import { type Doc, layout } from '../print/layout.ts'
import { block, lines } from './statements.ts'
import type { Surroundings } from './surroundings.ts'

/** Loops that declare no variable their body does not read: compilers are told to refuse those. */

/** `body` for each member of the object `value`, which it may call `name` and `member`; once when it speaks of neither. */
export function forMembers(body: readonly Doc[], file: Surroundings): readonly Doc[] {
  if (body.length === 0) return []
  const usesMember = mentions(body, 'member')
  if (!usesMember && !mentions(body, 'name')) return [block(`if (${file.use('size')}(value) > 0)`, body)]
  return [block('for (const name in value)', usesMember ? ['const member = value[name]', ...body] : body)]
}

/** `body` for each element of the list `value` from `first` on, which it may call `index` and `item`. */
export function forElements(first: number, body: readonly Doc[]): readonly Doc[] {
  if (body.length === 0) return []
  const declared = mentions(body, 'item') ? ['const item: unknown = value[index]', ...body] : body
  return [block(`for (let index = ${first}; index < value.length; index += 1)`, declared)]
}

/** Whether code reads a variable; what stands in quotes is no code. */
function mentions(body: readonly Doc[], variable: string): boolean {
  const code = layout(lines(body)).replace(/'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/g, "''")
  return new RegExp(`\\b${variable}\\b`).test(code)
}
