/** Bounds what a parsed document may hold, counted as a reader would meet it: an alias counts as often as it is used. */
import type { Json } from '../contract.ts'

export interface Bounds {
  readonly maxNodes: number
  readonly maxDepth: number
}

export type Measure =
  | { readonly kind: 'json'; readonly value: Json }
  | { readonly kind: 'too_deep' | 'too_large' | 'not_json' }

/** Walks the value once. Cyclic aliases end as `too_deep`, alias bombs as `too_large`. */
export function measure(value: unknown, bounds: Bounds): Measure {
  let left = bounds.maxNodes
  const problem = walk(value, bounds.maxDepth)
  return problem ? { kind: problem } : { kind: 'json', value: value as Json }

  function walk(node: unknown, depth: number): 'too_deep' | 'too_large' | 'not_json' | undefined {
    if (--left < 0) return 'too_large'
    if (typeof node !== 'object' || node === null) return isScalar(node) ? undefined : 'not_json'
    if (depth === 0) return 'too_deep'
    for (const child of Array.isArray(node) ? node : Object.values(node)) {
      const problem = walk(child, depth - 1)
      if (problem) return problem
    }
    return undefined
  }
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || typeof value === 'number'
}
