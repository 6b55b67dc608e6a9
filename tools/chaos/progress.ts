import type { WriteStream } from 'node:tty'

/** Without a terminal a line now and then is enough. */
const TELL_EVERY_MS = 15 * 1_000

/** Writes how far a run is: over and over in one line of a terminal, else a line every 15 s. */
export function progressTo(stream: Pick<WriteStream, 'write'> & Partial<Pick<WriteStream, 'isTTY' | 'columns'>>) {
  let toldAtMs = Date.now()
  let isOpen = false
  return {
    tell(line: string): void {
      if (stream.isTTY) {
        isOpen = true
        stream.write(`\r\u001b[2K${line.slice(0, (stream.columns ?? 80) - 1)}`)
      } else if (Date.now() >= toldAtMs + TELL_EVERY_MS) {
        toldAtMs = Date.now()
        stream.write(`${line}\n`)
      }
    },
    /** Leaves the line. */
    end(): void {
      if (isOpen) stream.write('\r\u001b[2K')
      isOpen = false
    },
  }
}
