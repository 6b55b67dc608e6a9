/** Chooses the names under `$defs`: the contract's own wherever it has one. */
import { basename } from 'node:path'
import { tokensOf } from '../source/pointer.ts'
import { uniqueNames } from './unique-names.ts'

/** Steps of a pointer that say where a schema stands and not what it is. */
const PLACES =
  /^(\d+|payload|headers|schema|items|additionalProperties|additionalItems|allOf|oneOf|anyOf|not|if|then|else|key)$/
/** Steps that only hold named things. */
const HOLDERS =
  /^(components|schemas|messages|channels|operations|\$defs|definitions|properties|patternProperties|publish|subscribe|message|bindings)$/

export interface DefinitionNames {
  /** One name per key, and one key per name. */
  nameOf(key: string, wanted: string): string
}

export function definitionNames(): DefinitionNames {
  const names = new Map<string, string>()
  const unique = uniqueNames()
  return {
    nameOf(key, wanted) {
      const name = names.get(key) ?? unique(clean(wanted))
      names.set(key, name)
      return name
    },
  }
}

/** `User` for `#/components/schemas/User`, `UserCreatedPayload` for `#/components/messages/UserCreated/payload`, `user` for `user.json`. */
export function nameOfPlace(id: string, pointer: string): string {
  const tokens = tokensOf(pointer).filter((token) => !HOLDERS.test(token))
  const start = Math.max(
    tokens.findLastIndex((token) => !PLACES.test(token)),
    0,
  )
  const [first, ...rest] = tokens.slice(start)
  if (first === undefined) return basename(new URL(id, 'file:').pathname).replace(/\..*$/, '')
  return first + rest.map((token) => token.charAt(0).toUpperCase() + token.slice(1)).join('')
}

/** Letters, digits, `.`, `_` and `-` only, so that a name never needs escaping in a `$ref`. */
function clean(wanted: string): string {
  const name = wanted.replace(/[^\p{L}\p{N}._-]+/gu, '_').replace(/^_+(?=_proto__$)/, '')
  return /[\p{L}\p{N}]/u.test(name) ? name : `Schema${name}`
}
