import { Failure } from '@longshore/runtime'

/** Names of an address's parameters: `'storeId' | 'sensorId'` of `stores/{storeId}/sensors/{sensorId}`. */
type ParameterOf<Address extends string> = Address extends `${string}{${infer Name}}${infer Rest}`
  ? Name | ParameterOf<Rest>
  : never

/** The parameters of an address, by name. */
export type TopicParameters<Address extends string> = { readonly [Name in ParameterOf<Address>]: string }

/**
 * What a concrete topic says about the parameters of the contract's address; `undefined` when it is not of that address. A parameter
 * never spans a level.
 *
 * @example
 * topicParameters('stores/{storeId}/alarms', context.source.topic)?.storeId
 */
export function topicParameters<const Address extends string>(
  address: Address,
  topic: string,
): TopicParameters<Address> | undefined {
  const names: string[] = []
  const pattern = address.split(/(\{[^{}/]+\})/).map((part) => {
    if (!part.startsWith('{')) return part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    names.push(part.slice(1, -1))
    return '([^/]+)'
  })
  const values = new RegExp(`^${pattern.join('')}$`).exec(topic)?.slice(1)
  if (values === undefined) return undefined
  // One group was written for each name of the address.
  return Object.fromEntries(names.map((name, index) => [name, values[index]])) as TopicParameters<Address>
}

/** The filter that matches an address: a level that holds a parameter becomes `+`. A filter stays as it is. */
export function filterOf(address: string): string {
  return address
    .split('/')
    .map((level) => (/\{[^{}]+\}/.test(level) ? '+' : level))
    .join('/')
}

/** Whether a topic, or all that a filter matches, is matched by another filter (MQTT 5, section 4.7). */
export function covers(filter: string, other: string): boolean {
  const wide = filter.split('/')
  const narrow = other.split('/')
  if (/^[+#]/.test(filter) && other.startsWith('$')) return false
  for (const [index, level] of wide.entries()) {
    if (level === '#') return true
    const met = narrow[index]
    if (met === undefined || met === '#') return false
    if (level !== '+' && level !== met) return false
  }
  return wide.length === narrow.length
}

/** Refuses what is no filter, and what would bring messages the contract does not describe. */
export function refuseForeignFilter(address: string | undefined, filter: string): void {
  const wrong = malformed(filter)
  if (wrong !== undefined) throw new Failure('CONTRADICTORY_OPTIONS', `The topic filter ${filter} ${wrong}.`)
  if (address === undefined || covers(filterOf(address), filter)) return
  throw new Failure(
    'CONTRADICTORY_OPTIONS',
    `The topic filter ${filter} does not match the contract's address ${address}: it would bring messages the contract does not describe.`,
  )
}

function malformed(filter: string): string | undefined {
  const levels = filter.split('/')
  if (filter === '' || filter.includes('\u0000')) return 'is empty, or holds a NUL'
  if (Buffer.byteLength(filter) > 65_535) return 'is longer than 65,535 bytes'
  if (levels[0] === '$share') return 'is a shared subscription already; name the group in the contract'
  if (levels.slice(0, -1).includes('#')) return 'has # before its last level'
  if (levels.some((level) => level.length > 1 && /[+#]/.test(level))) return 'has + or # beside other text in a level'
  return undefined
}
