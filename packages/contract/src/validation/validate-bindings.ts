/** Checks bindings against the specification of their protocol. What it does not know is kept and only said. */
import type { Diagnostic } from '../diagnostic.ts'
import type { AsyncApiLine } from '../model/traits.ts'
import { keyOf } from '../references/graph.ts'
import { lastToken, spoken } from '../source/pointer.ts'
import type { Node } from '../source/source-file.ts'
import { type SchemaError, violations } from './schema-error.ts'
import { bindingsValidator, type Validator } from './validators.ts'

/** A binding object, and the kind of object it is bound to. */
export interface Binding {
  readonly part: 'server' | 'channel' | 'operation' | 'message'
  readonly protocol: string
  readonly node: Node
}

/**
 * In 2.x the schema left bindings free, so that nothing about them is refused there. A version that is not known, older or newer than
 * the schemas, is no mistake in 2.x and a warning in 3.x.
 */
export async function validateBindings(bindings: readonly Binding[], line: AsyncApiLine): Promise<Diagnostic[]> {
  const once = new Map(bindings.map((binding) => [keyOf(binding.node), binding]))
  if (once.size === 0) return []
  const validate = await bindingsValidator()
  return [...once.values()].flatMap((binding) => problemsOf(binding, validate, line))
}

function problemsOf({ part, protocol, node }: Binding, validate: Validator, line: AsyncApiLine): Diagnostic[] {
  const errors = validate({ [part]: { [protocol]: node.value } })
  if (errors.some(({ instancePath, keyword }) => instancePath === `/${part}` && keyword === 'additionalProperties')) {
    return [unknownProtocol(protocol, part, node.source.locate(node.pointer))]
  }
  return violations(errors.map(inside)).flatMap(({ pointer, keyword, message }) => {
    const at = node.source.locate(node.pointer + pointer)
    if (keyword === 'additionalProperties') return unknownField(lastToken(pointer), `${protocol} ${part}`, at)
    const name = pointer === '' ? `The ${protocol} ${part} binding` : spoken(pointer)
    const isVersion = pointer === '/bindingVersion'
    if (isVersion && line === '2') return []
    const severity = isVersion || line === '2' ? 'warn' : 'error'
    return {
      code: 'invalid_binding',
      severity,
      message: `${name} ${message}`,
      fix: `Write it as the ${protocol} binding asks.`,
      at,
    }
  })
}

/** The pointer from the binding on, without `/server/kafka`. */
function inside(error: SchemaError): SchemaError {
  return { ...error, instancePath: error.instancePath.replace(/^\/[^/]*\/[^/]*/, '') }
}

function unknownProtocol(protocol: string, part: string, at: Diagnostic['at']): Diagnostic {
  return {
    code: 'unknown_binding_field',
    severity: 'warn',
    message: `"${protocol}" is not a protocol with a ${part} binding; it is kept.`,
    fix: 'Correct the name, or let it start with "x-" when it is your own.',
    at,
  }
}

function unknownField(name: string, binding: string, at: Diagnostic['at']): Diagnostic {
  return {
    code: 'unknown_binding_field',
    severity: 'warn',
    message: `"${name}" is not a field of the ${binding} binding; it is kept.`,
    fix: 'Correct the name, or let it start with "x-" when it is your own.',
    at,
  }
}
