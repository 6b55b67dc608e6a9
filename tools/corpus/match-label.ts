import type { Row } from './corpus.ts'
import type { FieldReport } from './read-document.ts'

/**
 * The fields of a document's manifests that a label is about. A label's path starts with the name of a component, a message or a
 * channel (`Address.street`, `UserSignedUp.(payload).age`) and goes on with properties; a component may be reached through several
 * messages, so several fields can answer. Among those with the path's end in common, the ones that also agree in description
 * and root are taken.
 */
export function fieldsFor(label: Row, fields: readonly FieldReport[]): readonly FieldReport[] {
  const name = label.name ?? ''
  const sameName = fields.filter((field) => field.name === name && field.header === isHeader(label, field))
  const longest = best(sameName, (field) =>
    commonEnd(segments(label.path ?? ''), [...rootSegments(field), ...segments(field.path)]),
  )
  return best(
    longest,
    (field) => (sameText(label.description, field.description) ? 1 : 0) + (isUnder(label, field) ? 1 : 0),
  )
}

function isHeader({ path = '' }: Row, field: FieldReport): boolean {
  if (path.includes('.(headers).')) return true
  return path.includes('.(payload).') ? false : field.header
}

/** The candidates for which the score is highest. */
function best<T>(candidates: readonly T[], score: (candidate: T) => number): readonly T[] {
  const highest = Math.max(...candidates.map(score))
  return candidates.filter((candidate) => score(candidate) === highest)
}

function segments(path: string): readonly string[] {
  return path
    .replaceAll(/\[\]|\(payload\)|\(headers\)/g, '')
    .split(/[.#]/)
    .filter((part) => part !== '' && !/^\d+$/.test(part))
}

function rootSegments({ roots }: FieldReport): readonly string[] {
  return roots.slice(0, 1)
}

function commonEnd(a: readonly string[], b: readonly string[]): number {
  let length = 0
  while (length < a.length && length < b.length && a.at(-1 - length) === b.at(-1 - length)) length++
  return length
}

/** Labels keep the beginning of long descriptions. */
function sameText(label = '', description = ''): boolean {
  const plain = description.replaceAll(/\s+/g, ' ').trim()
  return label === '' ? plain === '' : plain.startsWith(label.trim())
}

function isUnder({ path = '' }: Row, { roots }: FieldReport): boolean {
  return roots.some((root) => root !== '' && (path.startsWith(`${root}.`) || path.startsWith(`${root}#`)))
}
