/** A steady load, whatever a single publish takes. */
import { setTimeout as sleep } from 'node:timers/promises'

/** Calls `send` `total` times, `perSecond` of them each second, evenly. Resolves when all are confirmed. */
export async function atRate(total: number, perSecond: number, send: (index: number) => Promise<void>): Promise<void> {
  const startedAt = performance.now()
  const sent: Promise<void>[] = []
  while (sent.length < total) {
    const due = Math.min(total, Math.floor(((performance.now() - startedAt) / 1_000) * perSecond))
    while (sent.length < due) sent.push(send(sent.length))
    await sleep(1)
  }
  await Promise.all(sent)
}

/** Unix milliseconds with fractions, to compare between processes of one machine. */
export function nowMs(): number {
  return performance.timeOrigin + performance.now()
}
