/**
 * Checks values a document holds (examples, defaults) against its schemas. A document chooses both, so it could choose a pattern or a
 * tower of references that never ends: each check has a time limit.
 */
import { createContext, Script } from 'node:vm'
import { type OutputUnit, validate } from '@cfworker/json-schema'
import type { Json, JsonSchema } from '../contract.ts'

export interface ValueCheck {
  readonly value: Json
  readonly schema: JsonSchema
}

/** `unknown`: the schema cannot be used, or the check took too long. */
export type Verdict =
  | { readonly kind: 'valid' | 'unknown' }
  | { readonly kind: 'invalid'; readonly pointer: string; readonly keyword: string }

const LIMITS = { oneCheckMs: 100, allChecksMs: 2_000 }
const UNKNOWN: Verdict = { kind: 'unknown' }

/** One verdict per check, in order. `definition` tells what `#/$defs/<name>` means in all the schemas. */
export function checkValues(
  checks: readonly ValueCheck[],
  definition: (name: string) => Json | undefined,
): readonly Verdict[] {
  const lookup = lookupOf(definition)
  const verdicts: Verdict[] = []
  const runLimited = timeLimit()
  for (let isAlone = false; verdicts.length < checks.length; ) {
    const before = verdicts.length
    const end = isAlone ? before + 1 : checks.length
    const isDone = runLimited(() => {
      for (const check of checks.slice(before, end)) verdicts.push(judge(check, lookup))
    })
    if (!isDone && isAlone) verdicts.push(UNKNOWN)
    isAlone = !isDone && !isAlone
  }
  return verdicts
}

function judge({ value, schema }: ValueCheck, lookup: Record<string, CheckedSchema>): Verdict {
  try {
    const output = validate(value, schemaOf(schema), '2019-09', lookup)
    return output.valid ? { kind: 'valid' } : invalid(output.errors)
  } catch {
    return UNKNOWN
  }
}

/** The validator finds a reference by its text; nothing has to be prepared for those that are never met. */
function lookupOf(definition: (name: string) => Json | undefined): Record<string, CheckedSchema> {
  return new Proxy<Record<string, CheckedSchema>>(
    {},
    {
      get(_, reference) {
        const schema = typeof reference === 'string' ? definition(reference.replace('#/$defs/', '')) : undefined
        return schema === undefined ? undefined : schemaOf(schema)
      },
    },
  )
}

type CheckedSchema = Parameters<typeof validate>[1]

function schemaOf(schema: Json): CheckedSchema {
  return typeof schema === 'object' && schema !== null && !Array.isArray(schema) ? { ...schema } : schema !== false
}

/** The error furthest inside the value; those around it only say that something inside is wrong. */
function invalid(errors: readonly OutputUnit[]): Verdict {
  const depth = Math.max(...errors.map(({ instanceLocation }) => instanceLocation.length))
  const innermost = errors.findLast(({ instanceLocation }) => instanceLocation.length === depth)
  const keyword = innermost?.keyword ?? 'schema'
  const pointer = innermost?.instanceLocation.slice(1) ?? ''
  return { kind: 'invalid', pointer, keyword: keyword === 'false' ? 'additionalProperties' : keyword }
}

/** Runs functions until their time, or the time of all of them, is up; says whether one came to its end. */
function timeLimit(): (run: () => void) => boolean {
  const sandbox: { run?: () => void } = {}
  const context = createContext(sandbox)
  const script = new Script('run()')
  const deadline = performance.now() + LIMITS.allChecksMs
  return (run) => {
    sandbox.run = run
    try {
      const left = Math.min(LIMITS.oneCheckMs, deadline - performance.now())
      script.runInContext(context, { timeout: Math.max(1, Math.round(left)) })
      return true
    } catch {
      return false
    }
  }
}
