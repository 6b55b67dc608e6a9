/** The validators of `generated/`, each loaded when first needed. See tools/compile-validators.mjs. */
import type { Json } from '../contract.ts'
import type { Version } from '../identify.ts'
import type { SchemaError } from './schema-error.ts'

/** The errors of a value, none when it is valid. */
export type Validator = (value: Json) => readonly SchemaError[]

export function documentValidator(version: Version): Promise<Validator> {
  return load(`asyncapi-${version}.mjs`)
}

/** For objects of the form `{ server | channel | operation | message: { <protocol>: binding } }`. */
export function bindingsValidator(): Promise<Validator> {
  return load('bindings.mjs')
}

/** By the package's own name, so that code bundled into a command finds them as well. */
async function load(module: string): Promise<Validator> {
  const { validate }: { validate: Compiled } = await import(`@longshore/contract/generated/${module}`)
  return (value) => (validate(value) ? [] : (validate.errors ?? []))
}

/** An Ajv validator leaves its errors on itself. */
interface Compiled {
  (value: Json): boolean
  readonly errors?: readonly SchemaError[] | null
}
