import type { JsonSchema } from '@longshore/contract'
import type { Effect } from './change.ts'
import type { Misfit } from './misfit.ts'
import { misfits } from './misfits.ts'
import { isSameValue } from './shape.ts'

/** One place of a schema at which two versions differ. */
export interface SchemaChange extends Effect {
  /** Path in the data. */
  readonly path: string
  /** JSON Pointer into the new schema, or into the old one where the thing is gone. */
  readonly pointer: string
  readonly undeclaredOnly: boolean
}

/** Where two schemas differ in what they accept. Differences that no data can show, such as descriptions, are one change without effect. */
export function schemaChanges(before: JsonSchema, after: JsonSchema): readonly SchemaChange[] {
  if (isSameValue(before, after)) return []
  const newReader = misfits(before, after, { reader: 'new', writer: 'old' })
  const oldReader = misfits(after, before, { reader: 'old', writer: 'new' })
  const places = [...new Set([...newReader, ...oldReader].map(placeOf))]
  const changes = places.map((place) => changeAt(newReader.filter(at(place)), oldReader.filter(at(place))))
  return changes.length > 0 ? changes : [{ path: '', pointer: '', undeclaredOnly: false }]
}

function changeAt(newReader: readonly Misfit[], oldReader: readonly Misfit[]): SchemaChange {
  const all = [...newReader, ...oldReader]
  return {
    path: all[0]?.path ?? '',
    pointer: newReader[0]?.reader ?? oldReader[0]?.writer ?? oldReader[0]?.reader ?? '',
    newReader: reasonOf(newReader),
    oldReader: reasonOf(oldReader),
    undeclaredOnly: all.every(({ undeclaredOnly }) => undeclaredOnly),
  }
}

function reasonOf(found: readonly Misfit[]): string | undefined {
  return found.length === 0 ? undefined : found.map(({ reason }) => reason).join('; ')
}

function placeOf({ path, aspect }: Misfit): string {
  return `${path} ${aspect}`
}

function at(place: string): (misfit: Misfit) => boolean {
  return (misfit) => placeOf(misfit) === place
}
