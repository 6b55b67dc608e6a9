/** One question to a server over TCP: send bytes, gather the answer, and hang up. */
import { connect } from 'node:net'

/** Host and port of a server. */
export interface Address {
  readonly host: string
  readonly port: number
}

/** Reads what has come in so far: `undefined` means that more is needed, a thrown error that it is no such server. */
export type Reading<T> = (received: Buffer) => T | undefined

/** How long a server on loopback may take to answer before it counts as absent. */
const ANSWER_WITHIN_MS = 2 * 1_000

/** The most that any of these answers may weigh. */
const MAX_ANSWER_BYTES = 64 * 1024

/** Asks, and resolves to what `read` makes of the answer, or to `undefined` when nobody answers or not in that protocol. */
export function ask<T>({ host, port }: Address, question: Buffer, read: Reading<T>): Promise<T | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host, port })
    let received = Buffer.alloc(0)
    const end = (answer: T | undefined) => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(ANSWER_WITHIN_MS, () => end(undefined))
    socket.on('error', () => end(undefined))
    socket.on('close', () => end(undefined))
    socket.on('connect', () => socket.write(question))
    socket.on('data', (chunk) => {
      received = Buffer.concat([received, chunk])
      const answer = attempt(() => read(received))
      if (answer.failed || received.length > MAX_ANSWER_BYTES) end(undefined)
      else if (answer.value !== undefined) end(answer.value)
    })
  })
}

type Attempt<T> = { readonly failed: false; readonly value: T } | { readonly failed: true; readonly value?: never }

function attempt<T>(read: () => T): Attempt<T> {
  try {
    return { failed: false, value: read() }
  } catch {
    return { failed: true }
  }
}
