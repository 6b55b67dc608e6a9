/** The terminal of the first run: paints in place and reads keys where there is one, prints plain lines where there is none. */
import { emitKeypressEvents } from 'node:readline'

export interface Terminal {
  /** Shows the current state: in place on a terminal, as new lines elsewhere. */
  paint(text: string): void
  /** A line that stays. */
  say(text: string): void
  close(): void
}

export interface Keys {
  readonly redrive: () => void
  readonly quit: () => void
}

export function openTerminal({ redrive, quit }: Keys): Terminal {
  if (!process.stdout.isTTY || !process.stdin.isTTY) return plainTerminal()
  let painted = 0
  const onKey = (_: string | undefined, key: { readonly name?: string; readonly ctrl?: boolean }) => {
    if (key.name === 'r') redrive()
    if (key.name === 'q' || (key.ctrl === true && key.name === 'c')) quit()
  }
  emitKeypressEvents(process.stdin)
  process.stdin.setRawMode(true)
  process.stdin.on('keypress', onKey)
  const erase = () => {
    if (painted > 0) process.stdout.write(`\u001b[${painted}A\u001b[0J`)
    painted = 0
  }
  return {
    paint(text) {
      const lines = text.split('\n').map((line) => line.slice(0, process.stdout.columns - 1))
      erase()
      process.stdout.write(`${lines.join('\n')}\n`)
      painted = lines.length
    },
    say(text) {
      erase()
      process.stdout.write(`${text}\n`)
    },
    close() {
      process.stdin.off('keypress', onKey)
      process.stdin.setRawMode(false)
      process.stdin.pause()
    },
  }
}

function plainTerminal(): Terminal {
  let last = ''
  return {
    paint(text) {
      if (text !== last) process.stdout.write(`${text}\n\n`)
      last = text
    },
    say: (text) => process.stdout.write(`${text}\n`),
    close() {},
  }
}
