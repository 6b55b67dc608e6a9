/** The layout of a text that `JSON.parse` has accepted, read by skipping over what is not asked for. */
import { type Layout, type Place, remembered } from './positions.ts'

/** Only for valid JSON: nothing is checked twice. */
export function jsonLayout(text: string): Layout {
  const ends = endsOfContainers(text)
  const start = skipSpace(text, 0)
  return remembered(placeAt(text, start, start), ({ id }) => {
    if (text[id] === '{') return members(id)
    return text[id] === '[' ? items(id) : new Map()
  })

  function members(open: number): Map<string, Place> {
    const places = new Map<string, Place>()
    for (let at = skipSpace(text, open + 1); at < text.length && text[at] !== '}'; ) {
      const keyEnd = endOfString(text, at)
      const value = skipSpace(text, skipSpace(text, keyEnd) + 1)
      const key: unknown = JSON.parse(text.slice(at, keyEnd))
      places.set(String(key), placeAt(text, value, at))
      at = skipSeparator(text, endOfValue(value))
    }
    return places
  }

  function items(open: number): Map<string, Place> {
    const places = new Map<string, Place>()
    for (let at = skipSpace(text, open + 1); at < text.length && text[at] !== ']'; ) {
      places.set(String(places.size), placeAt(text, at, at))
      at = skipSeparator(text, endOfValue(at))
    }
    return places
  }

  function endOfValue(start: number): number {
    return ends.get(start) ?? (text[start] === '"' ? endOfString(text, start) : endOfScalar(text, start))
  }
}

/** One past the closing bracket, by the offset of the opening one. */
function endsOfContainers(text: string): ReadonlyMap<number, number> {
  const ends = new Map<number, number>()
  const open: number[] = []
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '"') at = endOfString(text, at) - 1
    else if (character === '{' || character === '[') open.push(at)
    else if (character === '}' || character === ']') ends.set(open.pop() ?? at, at + 1)
  }
  return ends
}

function placeAt(text: string, start: number, keyStart: number): Place {
  return { id: start, start, keyStart, isContainer: text[start] === '{' || text[start] === '[' }
}

/** One past the closing quote. */
export function endOfString(text: string, open: number): number {
  for (let at = text.indexOf('"', open + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0
    while (text[at - 1 - backslashes] === '\\') backslashes++
    if (backslashes % 2 === 0) return at + 1
  }
  return text.length
}

function endOfScalar(text: string, start: number): number {
  let at = start
  while (at < text.length && !' \t\r\n,]}'.includes(text.charAt(at))) at++
  return at
}

function skipSeparator(text: string, at: number): number {
  const next = skipSpace(text, at)
  return text[next] === ',' ? skipSpace(text, next + 1) : next
}

export function skipSpace(text: string, at: number): number {
  let next = at
  while (next < text.length && ' \t\r\n'.includes(text.charAt(next))) next++
  return next
}
