/** A piece of an address: text, or the name of a parameter. */
export interface AddressPart {
  readonly text: string
  readonly isParameter: boolean
}

/** `users/{id}/created` in its pieces. */
export function addressParts(address: string): readonly AddressPart[] {
  return address
    .split(/(\{[^{}]*\})/)
    .filter((text) => text !== '')
    .map((text) => {
      const isParameter = text.startsWith('{') && text.endsWith('}')
      return { text: isParameter ? text.slice(1, -1) : text, isParameter }
    })
}

/** The parameters of an address, each once. */
export function parameterNames(parts: readonly AddressPart[]): readonly string[] {
  return [...new Set(parts.filter(({ isParameter }) => isParameter).map(({ text }) => text))]
}
