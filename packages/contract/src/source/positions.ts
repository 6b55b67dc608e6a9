/**
 * Where a node starts in its text. Found on demand, one container at a time: a document that gets no diagnostics pays nothing,
 * and looking up many nodes reads each container once.
 */

/** A value in the text, and where the key that leads to it starts (the value itself for list items and the root). */
export interface Place {
  /** What identifies the value to its {@link Layout}: an event's number for YAML, an offset for JSON. */
  readonly id: number
  readonly start: number
  readonly keyStart: number
  readonly isContainer: boolean
}

/** How one syntax lays out its nodes. */
export interface Layout {
  readonly root: Place | undefined
  /** Members by key, items by index. Empty for a scalar. */
  children(place: Place): ReadonlyMap<string, Place>
}

/** The offset of the node the tokens lead to: of a scalar's value, of a container's key. Ends at the nearest known ancestor. */
export function offsetOf(layout: Layout, tokens: readonly string[]): number {
  let place = layout.root
  for (const token of tokens) {
    const next: Place | undefined = place && layout.children(place).get(token)
    if (!next) break
    place = next
  }
  if (!place) return 0
  return place.isContainer ? place.keyStart : place.start
}

/** Remembers the children of each container. */
export function remembered(root: Place | undefined, list: (place: Place) => ReadonlyMap<string, Place>): Layout {
  const known = new Map<number, ReadonlyMap<string, Place>>()
  return {
    root,
    children(place) {
      const children = known.get(place.id) ?? list(place)
      known.set(place.id, children)
      return children
    },
  }
}
