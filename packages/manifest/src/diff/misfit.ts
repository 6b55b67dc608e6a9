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
