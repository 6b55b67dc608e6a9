/**
 * Checks values a document holds (examples, defaults) against its schemas. A document chooses both, so it could choose a pattern or a
 * tower of references that never ends: each check has a time limit.
 */
import { createContext, Script } from 'node:vm'
import { type OutputUnit, validate } from '@cfworker/json-schema'
import type { Json, JsonSchema } from '../contract.ts'

/** `unknown`: the schema cannot be used, or the check took too long. */
export type Verdict =
  | { readonly kind: 'valid' | 'unknown' }
  | { readonly kind: 'invalid'; readonly pointer: string; readonly keyword: string }

export type ValueChecker = (value: Json, schema: JsonSchema) => Verdict

const LIMITS = { oneCheckMs: 200, allChecksMs: 1_000 }
const UNKNOWN: Verdict = { kind: 'unknown' }

/** `definition` tells what `#/$defs/<name>` means in all the schemas. */
export function valueChecker(definition: (name: string) => Json | undefined): ValueChecker {
  const lookup = lookupOf(definition)
  const limited = timeLimited()
  return (value, schema) => {
    const output = limited(() => validate(value, schemaOf(schema), '2019-09', lookup))
    if (!output) return UNKNOWN
    return output.valid ? { kind: 'valid' } : invalid(output.errors)
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
  const [error] = errors.toSorted((a, b) => b.instanceLocation.length - a.instanceLocation.length)
  const innermost = errors.findLast(({ instanceLocation }) => instanceLocation === error?.instanceLocation)
  return { kind: 'invalid', pointer: error?.instanceLocation.slice(1) ?? '', keyword: innermost?.keyword ?? 'schema' }
}

/** Runs a function until the time is up. `undefined` when it threw or was stopped. */
function timeLimited(): <T>(run: () => T) => T | undefined {
  const sandbox: { run?: () => void } = {}
  const context = createContext(sandbox)
  const script = new Script('run()')
  const deadline = performance.now() + LIMITS.allChecksMs
  return (run) => {
    const left = Math.ceil(Math.min(LIMITS.oneCheckMs, deadline - performance.now()))
    let result: ReturnType<typeof run> | undefined
    sandbox.run = () => {
      result = run()
    }
    try {
      if (left > 0) script.runInContext(context, { timeout: left })
    } catch {
      return undefined
    }
    return result
  }
}
