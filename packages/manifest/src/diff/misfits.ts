import type { JsonSchema } from '@longshore/contract'
import { type Conjunction, conjuncts, type Node, rootNode } from './conjunction.ts'
import { areDisjoint } from './disjoint.ts'
import { keywordMisfits } from './keyword-misfits.ts'
import {
  distinct,
  type Misfit,
  memberMisfit,
  memberPath,
  misfit,
  type Place,
  type Sides,
  typeMisfit,
} from './misfit.ts'
import { isSameKeyword, isSameSchema } from './same-schema.ts'
import { type Choice, choicesOf, declaredNames, isEmpty, itemsOf, memberOf, requiredNames, shapeOf } from './shape.ts'
import { isSilent } from './silent-keywords.ts'

/** Comparisons after which two schemas count as too entangled: more than any real contract needs, and done within a second. */
const STEPS = 20_000

/** Nesting of the data after which a comparison gives up. */
const DEPTH = 100

/**
 * Why data that fits `writer` may not fit `reader`; nothing when it always does.
 *
 * Nothing is a proof: whatever cannot be shown is a misfit. Recursion is followed once per pair of schemas, which is sound because
 * data is finite. Alternatives (`anyOf`, `oneOf`) of the writer are taken one by one, and each must fit an alternative of the reader.
 */
export function misfits(writer: JsonSchema, reader: JsonSchema, sides: Sides): readonly Misfit[] {
  const proof: Proof = { sides, assumed: new Set(), trail: [], steps: STEPS }
  return distinct(fit(proof, { writer: [rootNode(writer)], reader: [rootNode(reader)], path: '', depth: 0 }))
}

/** What has been looked at. A pair of schemas is assumed to fit while its own members are looked at. */
interface Proof {
  readonly sides: Sides
  readonly assumed: Set<string>
  /** The assumed pairs in order, so that those of a failed attempt can be taken back. */
  readonly trail: string[]
  steps: number
}

interface Pair extends Place {
  readonly depth: number
  /** Choices of the writer already taken apart, and of the reader already tried, at this very place. */
  readonly spent?: ReadonlySet<string>
}

function fit(proof: Proof, pair: Pair): readonly Misfit[] {
  const writer = conjuncts(pair.writer)
  const reader = conjuncts(pair.reader)
  const key = `${pointers(writer)} > ${pointers(reader)}`
  if (isOpen(reader) || proof.assumed.has(key)) return []
  if (pair.reader.every((node) => pair.writer.some((other) => isSameSchema(other, node)))) return []
  proof.assumed.add(key)
  proof.trail.push(key)
  return compare(proof, { ...pair, writer, reader, spent: new Set() })
}

/** Takes the writer's alternatives apart, so that what is left describes one kind of data. */
function compare(proof: Proof, pair: Pair): readonly Misfit[] {
  proof.steps -= 1
  if (proof.steps < 0 || pair.depth > DEPTH) return [misfit(pair, 'choice', 'the schemas are too entangled to compare')]
  const choice = choicesOf(pair.writer).find((candidate) => !pair.spent?.has(nameOf(candidate)))
  if (!choice) return compareShape(proof, pair)
  const spent = new Set(pair.spent).add(nameOf(choice))
  return choice.of.flatMap((branch) => compare(proof, { ...pair, writer: conjuncts([...pair.writer, branch]), spent }))
}

function compareShape(proof: Proof, pair: Pair): readonly Misfit[] {
  const shape = shapeOf(pair.writer)
  if (isEmpty(shape)) return []
  const target = shapeOf(pair.reader)
  const kinds = [...shape.kinds].filter((kind) => !target.kinds.has(kind))
  if (kinds.length === shape.kinds.size) return [typeMisfit(pair, kinds, [...target.kinds], proof.sides)]
  return [
    ...(kinds.length > 0 ? [typeMisfit(pair, kinds, [...target.kinds], proof.sides)] : []),
    ...pair.reader.flatMap((node) => keywordMisfits(shape, node, pair.path, proof.sides)),
    ...(shape.kinds.has('object') && target.kinds.has('object') ? memberMisfits(proof, pair) : []),
    ...(shape.kinds.has('array') && target.kinds.has('array') ? itemMisfits(proof, pair) : []),
    ...choicesOf(pair.reader).flatMap((choice) => choiceMisfits(proof, pair, choice)),
  ]
}

function memberMisfits(proof: Proof, pair: Pair): readonly Misfit[] {
  const present = new Set(requiredNames(pair.writer))
  const absent = new Set(requiredNames(pair.reader).filter((name) => !present.has(name)))
  const declared = new Set([...declaredNames(pair.writer), ...declaredNames(pair.reader)])
  return [
    ...[...absent].map((name) =>
      memberMisfit(pair, name, `${proof.sides.reader} readers require it, and ${proof.sides.writer} data may lack it`),
    ),
    ...[...declared].flatMap((name) => declaredMember(proof, pair, name, absent.has(name))),
    ...undeclaredMembers(proof, pair),
  ]
}

function declaredMember(proof: Proof, pair: Pair, name: string, isAbsent: boolean): readonly Misfit[] {
  const { reader: readers, writer: writers } = proof.sides
  const writer = memberOf(pair.writer, name, 'any')
  const reader = memberOf(pair.reader, name, 'closed')
  if (isOpen(conjuncts(reader)) || isEmpty(shapeOf(conjuncts(writer)))) return []
  if (isEmpty(shapeOf(conjuncts(reader)))) return [memberMisfit(pair, name, `${readers} readers refuse it`)]
  if (writer.length > 0) return fit(proof, { writer, reader, path: memberPath(pair.path, name), depth: pair.depth + 1 })
  const reason = `the ${writers} contract does not declare it and lets anything through under its name, which ${readers} readers check`
  return isAbsent ? [] : [{ ...memberMisfit(pair, name, reason), undeclaredOnly: true }]
}

function undeclaredMembers(proof: Proof, pair: Pair): readonly Misfit[] {
  const writer = memberOf(pair.writer, undefined, 'any')
  const reader = memberOf(pair.reader, undefined, 'closed')
  if (isOpen(conjuncts(reader)) || isEmpty(shapeOf(conjuncts(writer)))) return []
  if (!isEmpty(shapeOf(conjuncts(reader))))
    return fit(proof, { writer, reader, path: memberPath(pair.path, '*'), depth: pair.depth + 1 })
  return [
    memberMisfit(
      pair,
      '*',
      `${proof.sides.reader} readers refuse undeclared members, and ${proof.sides.writer} data may have some`,
    ),
  ]
}

function itemMisfits(proof: Proof, pair: Pair): readonly Misfit[] {
  const writer = itemsOf(pair.writer, 'any')
  const reader = itemsOf(pair.reader, 'closed')
  return reader.length === 0 ? [] : fit(proof, { writer, reader, path: `${pair.path}[]`, depth: pair.depth + 1 })
}

/** The data must fit one alternative; of a `oneOf` it must not be able to fit another. */
function choiceMisfits(proof: Proof, pair: Pair, choice: Choice): readonly Misfit[] {
  if (pair.writer.some((node) => isSameKeyword(node, choice.node, choice.name))) return []
  const name = `${nameOf(choice)} of the reader`
  const candidates = pair.spent?.has(name) ? [] : choice.of.filter((branch) => !areDisjoint(pair.writer, [branch]))
  if (choice.name === 'oneOf' && candidates.length > 1)
    return [choiceMisfit(proof, pair, choice, 'may take it by several alternatives at once')]
  const spent = new Set(pair.spent).add(name)
  const attempts = candidates.map((branch) => attempt(proof, { ...pair, reader: conjuncts([branch]), spent }))
  const best = attempts.toSorted((a, b) => a.length - b.length)[0]
  return best ?? [choiceMisfit(proof, pair, choice, 'have no alternative for it')]
}

/** Compares, and takes back what was assumed when the data does not fit. */
function attempt(proof: Proof, pair: Pair): readonly Misfit[] {
  const mark = proof.trail.length
  const found = compare(proof, pair)
  if (found.length > 0) for (const key of proof.trail.splice(mark)) proof.assumed.delete(key)
  return found
}

/** Whether a conjunction accepts everything on its face. */
function isOpen(nodes: Conjunction): boolean {
  return nodes.every(({ schema }) => (typeof schema === 'boolean' ? schema : Object.keys(schema).every(isSilent)))
}

function choiceMisfit({ sides }: Proof, pair: Pair, choice: Choice, fault: string): Misfit {
  const from = pair.writer.at(-1)?.pointer || 'any kind'
  return {
    ...misfit(pair, 'choice', `${sides.reader} readers ${fault}: ${sides.writer} data of ${from}`),
    reader: choice.node.pointer,
  }
}

function nameOf({ node, name }: Choice): string {
  return `${node.pointer} ${name}`
}

function pointers(nodes: Conjunction): string {
  return nodes.map(({ pointer }: Node) => pointer).join(' & ')
}
