/** The layout of a YAML text, read from the parser's events. */
import { EVENT_ID, type Event, getScalarValue, type ScalarEvent } from 'js-yaml'
import { type Layout, type Place, remembered } from './positions.ts'

/** `events` must hold a single document. */
export function yamlLayout(text: string, events: readonly Event[]): Layout {
  const ends = endsOf(events)
  const targets = targetsOf(text, events)
  const root = events.findIndex((event) => event.type !== EVENT_ID.DOCUMENT)
  const startOfRoot = offsetOfEvent(events[root])
  return remembered(placeOf(root, startOfRoot), ({ id }) => {
    const type = events[id]?.type
    if (type === EVENT_ID.MAPPING) return members(id)
    return type === EVENT_ID.SEQUENCE ? items(id) : new Map()
  })

  function members(mapping: number): Map<string, Place> {
    const places = new Map<string, Place>()
    for (let key = mapping + 1; key < endOf(mapping); ) {
      const value = endOf(key) + 1
      const event = events[key]
      const place = placeOf(value, offsetOfEvent(event))
      if (place && event?.type === EVENT_ID.SCALAR) places.set(keyText(event), place)
      key = endOf(value) + 1
    }
    return places
  }

  function items(sequence: number): Map<string, Place> {
    const places = new Map<string, Place>()
    for (let item = sequence + 1; item < endOf(sequence); item = endOf(item) + 1) {
      const place = placeOf(item, offsetOfEvent(events[item]))
      if (place) places.set(String(places.size), place)
    }
    return places
  }

  function placeOf(index: number, keyStart: number): Place | undefined {
    const event = events[index]
    if (event === undefined) return undefined
    const id = targets[index] ?? index
    const type = events[id]?.type
    const isContainer = type === EVENT_ID.MAPPING || type === EVENT_ID.SEQUENCE
    return { id, start: offsetOfEvent(event), keyStart, isContainer }
  }

  function keyText(event: ScalarEvent): string {
    return event.valueStart < 0 ? '' : getScalarValue(text, event)
  }

  function endOf(index: number): number {
    return ends[index] ?? events.length
  }
}

/** For each event the last event of its node: itself for scalars, the matching pop for containers. */
function endsOf(events: readonly Event[]): Int32Array {
  const ends = new Int32Array(events.length)
  const open: number[] = []
  events.forEach((event, index) => {
    ends[index] = index
    if (event.type === EVENT_ID.POP) ends[open.pop() ?? index] = index
    else if (event.type !== EVENT_ID.SCALAR && event.type !== EVENT_ID.ALIAS) open.push(index)
  })
  return ends
}

/** For each event the event whose value it has: for an alias the last node before it with that anchor, else itself. */
function targetsOf(text: string, events: readonly Event[]): Int32Array {
  const anchors = new Map<string, number>()
  return Int32Array.from(events, (event, index) => {
    if (!('anchorStart' in event) || event.anchorStart < 0) return index
    const name = text.slice(event.anchorStart, event.anchorEnd)
    if (event.type === EVENT_ID.ALIAS) return anchors.get(name) ?? index
    anchors.set(name, index)
    return index
  })
}

function offsetOfEvent(event: Event | undefined): number {
  if (event === undefined) return 0
  if ('valueStart' in event) return Math.max(event.valueStart, 0)
  if ('start' in event) return event.start
  return 'anchorStart' in event ? event.anchorStart : 0
}
