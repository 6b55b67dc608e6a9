/** The work every contender does on each message: 300 bytes of JSON, decoded, validated, handled by a function that does nothing. */
import type { Violation } from '@longshore/runtime'

export const MESSAGE_BYTES = 300

export interface Order {
  readonly event_id: string
  readonly order_id: string
  readonly amount: number
  readonly note: string
}

export function orderBytes(index: number, keys: number): { readonly key: string; readonly value: Buffer } {
  const key = `order-${index % keys}`
  const order = { event_id: `event-${index}`, order_id: key, amount: index % 1_000, note: '' }
  const note = 'x'.repeat(MESSAGE_BYTES - JSON.stringify(order).length)
  return { key, value: Buffer.from(JSON.stringify({ ...order, note })) }
}

const NONE: readonly Violation[] = Object.freeze([])

export function violationsOf(value: unknown): readonly Violation[] {
  if (typeof value !== 'object' || value === null) return [{ pointer: '', rule: 'type', message: 'must be object' }]
  const { event_id, order_id, amount, note } = value as Partial<Record<keyof Order, unknown>>
  if (typeof event_id !== 'string') return [{ pointer: '/event_id', rule: 'type', message: 'must be string' }]
  if (typeof order_id !== 'string') return [{ pointer: '/order_id', rule: 'type', message: 'must be string' }]
  if (typeof amount !== 'number') return [{ pointer: '/amount', rule: 'type', message: 'must be number' }]
  return typeof note === 'string' ? NONE : [{ pointer: '/note', rule: 'type', message: 'must be string' }]
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

/** What a careful person writes in a loop of their own. */
export function decodeAndValidate(value: Uint8Array): Order {
  const order: unknown = JSON.parse(utf8.decode(value))
  const violations = violationsOf(order)
  if (violations.length > 0) throw new Error(violations.map(({ message }) => message).join())
  // The line above has checked it.
  return order as Order
}
