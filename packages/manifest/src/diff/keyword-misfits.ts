import type { Json } from '@longshore/contract'
import { ASSERTIONS, holds } from './assertions.ts'
import { isDangling, isObject, keyword, type Node } from './conjunction.ts'
import type { Misfit, Sides } from './misfit.ts'
import { isSameKeyword } from './same-schema.ts'
import { isSameValue, type Kind, type Shape } from './shape.ts'

import { isSilent } from './silent-keywords.ts'

/** What a reader's schema says at one place, keyword by keyword, and cannot be shown to hold for what a writer's shape describes. */
export function keywordMisfits(shape: Shape, node: Node, path: string, sides: Sides): readonly Misfit[] {
  if (!isObject(node.schema)) return []
  const found = Object.keys(node.schema).flatMap((name) => checkKeyword(shape, node, name, sides))
  return found.map(([aspect, reason]) => ({
    path,
    aspect,
    reason,
    undeclaredOnly: false,
    reader: `${node.pointer}/${aspect === 'values' && keyword(node, 'enum') ? 'enum' : aspect}`,
    ...(shape.nodes[0] && { writer: shape.nodes[0].pointer }),
  }))
}

type Fault = readonly [aspect: string, reason: string]

/** Keywords that the structure of the comparison answers for. */
const STRUCTURAL = new Set('type allOf anyOf oneOf properties required additionalProperties'.split(' '))

function checkKeyword(shape: Shape, node: Node, name: string, sides: Sides): readonly Fault[] {
  const limit = keyword(node, name)
  const assertion = Object.hasOwn(ASSERTIONS, name) ? ASSERTIONS[name] : undefined
  if (limit === undefined || STRUCTURAL.has(name) || isSilent(name)) return []
  if (name === '$ref')
    return isDangling(node) ? [[name, `${sides.reader} readers refer to ${limit}, which is nowhere`]] : []
  if (name === 'enum' || name === 'const') return checkValues(shape, name === 'const' ? [limit] : limit, sides)
  if (assertion) return holds(shape, assertion, limit) ? [] : [[name, limited(name, limit, sides)]]
  if (name === 'items' && !Array.isArray(limit)) return []
  return checkWhole(shape, node, name, sides)
}

function checkValues({ values }: Shape, allowed: Json, { reader, writer }: Sides): readonly Fault[] {
  if (!Array.isArray(allowed)) return []
  const taken = listed(allowed)
  if (values === undefined) return [['values', `${reader} readers take ${taken} only, and ${writer} data is free`]]
  const refused = values.filter((value) => !allowed.some((other) => isSameValue(value, other)))
  return refused.length === 0
    ? []
    : [['values', `${reader} readers refuse ${listed(refused)}, which ${writer} data may be`]]
}

/** Keywords that mean something only together, and the kind of data they speak of. */
const GROUPS: readonly { readonly names: readonly string[]; readonly kind?: Kind }[] = [
  { names: ['if', 'then', 'else'] },
  { names: ['contains', 'minContains', 'maxContains'], kind: 'array' },
  { names: ['items', 'additionalItems', 'prefixItems'], kind: 'array' },
  { names: ['patternProperties'], kind: 'object' },
  { names: ['propertyNames'], kind: 'object' },
  { names: ['dependencies'], kind: 'object' },
  { names: ['dependentRequired'], kind: 'object' },
  { names: ['dependentSchemas'], kind: 'object' },
  { names: ['not'] },
]

/** Keywords that are not reasoned about: they hold where the writer's schema has the very same. */
function checkWhole(shape: Shape, node: Node, name: string, { reader, writer }: Sides): readonly Fault[] {
  const group = GROUPS.find(({ names }) => names.includes(name))
  if (group?.kind && !shape.kinds.has(group.kind)) return []
  const same = group && shape.nodes.some((other) => group.names.every((member) => isSameKeyword(other, node, member)))
  return same ? [] : [[name, `${reader} readers check \`${name}\`, which ${writer} data may not satisfy`]]
}

function limited(name: string, limit: Json, { reader, writer }: Sides): string {
  return `${reader} readers want \`${name}\` ${JSON.stringify(limit)}, which ${writer} data may not satisfy`
}

const SHOWN = 5

function listed(values: readonly Json[]): string {
  const shown = values.slice(0, SHOWN).map((value) => JSON.stringify(value))
  return values.length > SHOWN ? `${shown.join(', ')} and ${values.length - SHOWN} more` : shown.join(', ')
}
