import { type Conjunction, conjuncts } from './conjunction.ts'
import { declaredNames, isEmpty, isSameValue, memberOf, requiredNames, type Shape, shapeOf } from './shape.ts'

/** Deep enough for a discriminator inside an envelope's header. */
const DEPTH = 3

/** Whether no value can satisfy both. `false` means: not shown. */
export function areDisjoint(a: Conjunction, b: Conjunction, depth: number = DEPTH): boolean {
  const [left, right] = [shapeOf(conjuncts(a)), shapeOf(conjuncts(b))]
  if (isEmpty(left) || isEmpty(right) || shareNoValue(left, right)) return true
  const common = [...left.kinds].filter((kind) => right.kinds.has(kind))
  if (common.length === 0) return true
  return depth > 0 && common.every((kind) => kind === 'object') && someMemberDiffers(left, right, depth)
}

function shareNoValue({ values }: Shape, other: Shape): boolean {
  if (values === undefined || other.values === undefined) return false
  return !values.some((value) => other.values?.some((candidate) => isSameValue(value, candidate)))
}

/** A member that must be there, and that cannot be what both want. */
function someMemberDiffers(a: Shape, b: Shape, depth: number): boolean {
  const required = new Set([...requiredNames(a.nodes), ...requiredNames(b.nodes)])
  const names = [...declaredNames(a.nodes), ...declaredNames(b.nodes)].filter((name) => required.has(name))
  return names.some((name) => areDisjoint(memberOf(a.nodes, name, 'any'), memberOf(b.nodes, name, 'any'), depth - 1))
}
