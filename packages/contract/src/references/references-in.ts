/** Finds the references in a part of a document, and tells them from data that looks alike. */
import type { Json } from '../contract.ts'
import { below, isList, isObject } from '../source/pointer.ts'
import type { Node } from '../source/source-file.ts'
import { referenceIn } from './graph.ts'

/** Objects whose keys are names someone chose, so that `default` or `examples` among them mean nothing special. */
const MAPS_OF_NAMES = new Set(
  (
    'properties patternProperties definitions $defs dependencies dependentSchemas channels operations servers components schemas messages ' +
    'securitySchemes serverVariables variables parameters correlationIds operationTraits messageTraits replies replyAddresses'
  ).split(' '),
)
/** Keys under which everything is data: a `$ref` there is a payload's own. */
const DATA = new Set(['example', 'examples', 'default', 'const', 'enum'])

/** The nodes from `start` down that are references, in document order, without those seen before. */
export function referencesIn(start: Node, seen: Set<object>): Node[] {
  const found: Node[] = []
  const path: (string | number)[] = []
  walk(start.value, false)
  return found

  function walk(value: Json | undefined, isMapOfNames: boolean): void {
    if (typeof value !== 'object' || value === null || seen.has(value)) return
    seen.add(value)
    if (referenceIn(value) !== undefined)
      found.push({ ...start, pointer: path.reduce<string>(below, start.pointer), value })
    if (isList(value)) {
      for (const [index, item] of value.entries()) step(index, item, false)
    } else if (isObject(value)) {
      for (const key of Object.keys(value)) {
        if (isMapOfNames || !DATA.has(key)) step(key, value[key], !isMapOfNames && MAPS_OF_NAMES.has(key))
      }
    }
  }

  function step(key: string | number, value: Json | undefined, isMapOfNames: boolean): void {
    path.push(key)
    walk(value, isMapOfNames)
    path.pop()
  }
}
