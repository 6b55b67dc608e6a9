/** `10,485,760`: a count that can be read at a glance. What Node has for it first loads the data of all languages. */
export function thousands(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ',')
}
