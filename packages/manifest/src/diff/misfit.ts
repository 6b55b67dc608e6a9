import type { Conjunction } from './conjunction.ts'
import { type Kind, memberOf } from './shape.ts'

/** One reason why data of a writer's schema may not fit a reader's schema. */
export interface Misfit {
  /** Where in the data: `customer.addresses[].street`; `labels.*` for members nobody declares; `''` for the whole. */
  readonly path: string
  /** What differs there: `member`, `type`, `values`, `choice`, or the keyword at fault (`maxLength`). */
  readonly aspect: string
  readonly reason: string
  /** JSON Pointers into the two schemas, where there is a place for it. */
  readonly reader?: string
  readonly writer?: string
  /** The misfit needs data under a name that the writer's schema never declared and only let through. */
  readonly undeclaredOnly: boolean
}

/** How the two sides are called in reasons: `new` readers, `old` data. */
export interface Sides {
  readonly reader: string
  readonly writer: string
}

/** Where a comparison stands. */
export interface Place {
  readonly writer: Conjunction
  readonly reader: Conjunction
  readonly path: string
}

export function misfit({ path, writer, reader }: Place, aspect: string, reason: string): Misfit {
  const [atReader, atWriter] = [reader[0]?.pointer, writer[0]?.pointer]
  return {
    path,
    aspect,
    reason,
    undeclaredOnly: false,
    ...(atReader !== undefined && { reader: atReader }),
    ...(atWriter !== undefined && { writer: atWriter }),
  }
}

/** The writer's data may be of kinds that the reader does not take. */
export function typeMisfit(place: Place, kinds: readonly Kind[], taken: readonly Kind[], sides: Sides): Misfit {
  const reason = `${sides.reader} readers take ${typeNames(taken)}, and ${sides.writer} data may be ${typeNames(kinds)}`
  return misfit(place, 'type', reason)
}

/** A misfit of an object's member as a whole: that it is there, or that it is not. */
export function memberMisfit({ writer, reader, path }: Place, name: string, reason: string): Misfit {
  const place = {
    writer: memberOf(writer, name, 'closed'),
    reader: memberOf(reader, name, 'closed'),
    path: memberPath(path, name),
  }
  return misfit(place, 'member', reason)
}

/** The path of an object's member. */
export function memberPath(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`
}

/** Each misfit once: alternatives repeat what they share. */
export function distinct(misfits: readonly Misfit[]): readonly Misfit[] {
  const found = new Map<string, Misfit>()
  for (const misfit of misfits) {
    const key = JSON.stringify([misfit.path, misfit.aspect, misfit.reason])
    if (!found.has(key)) found.set(key, misfit)
  }
  return [...found.values()]
}

/** JSON Schema's words: `integer` and `fraction` together are `number`. */
function typeNames(kinds: readonly Kind[]): string {
  const names = kinds.includes('fraction') ? kinds.filter((kind) => kind !== 'integer') : kinds
  return names.map((kind) => (kind === 'fraction' ? 'number' : kind)).join(' or ') || 'nothing'
}
