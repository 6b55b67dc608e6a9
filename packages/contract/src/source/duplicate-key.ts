/** Finds what `JSON.parse` passes over in silence: a member that is written twice, of which the first is lost. */
import { endOfString, skipSpace } from './json-layout.ts'

/** Offset of the first key that its object has already; only for valid JSON. */
export function duplicateKey(text: string): number | undefined {
  const keysOfOpen: (Set<string> | undefined)[] = []
  for (let at = 0; at < text.length; at++) {
    const character = text[at]
    if (character === '{') keysOfOpen.push(new Set())
    else if (character === '[') keysOfOpen.push(undefined)
    else if (character === '}' || character === ']') keysOfOpen.pop()
    if (character !== '"') continue
    const end = endOfString(text, at)
    const keys = keysOfOpen.at(-1)
    if (keys && text[skipSpace(text, end)] === ':') {
      const key = text.slice(at, end)
      if (keys.has(key)) return at
      keys.add(key)
    }
    at = end - 1
  }
  return undefined
}
