import { hash } from 'node:crypto'
import type { Incoming } from './delivery.ts'
import { formatSource } from './transport.ts'

/** Longer than any sensible key or id, short enough for every index. */
const LONGEST = 256

/** What a store files a lane under: its key, or the message itself where it is alone in its lane. */
export function laneName(lane: string | null, { source }: Pick<Incoming, 'source'>): string {
  return lane === null ? `message ${formatSource(source)}` : `key ${storable(lane)}`
}

/** The text itself where a database can hold and index it, else its SHA-256. What it answers it answers again. */
export function storable(text: string): string {
  if (text.length <= LONGEST && !text.includes('\u0000')) return text
  return `sha256:${hash('sha256', text)}`
}
