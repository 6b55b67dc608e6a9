/** What a command sees of the process it runs in. */
export interface Io {
  readonly env: { readonly [name: string]: string | undefined }
  readonly cwd: string
  /** Whether standard output is a terminal that takes colours. */
  readonly color: boolean
  /** Aborted by Ctrl-C or SIGTERM. */
  readonly signal: AbortSignal
  /** Prints a text and a line end on standard output. */
  print(text: string): void
  /** The same on standard error: progress and mistakes. */
  note(text: string): void
}

/** The real process. Ctrl-C asks a command to end; a second one ends the process. */
export function processIo(): Io {
  const abort = new AbortController()
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.once(name, () => abort.abort(new Error(`ended by ${name}`)))
  }
  return {
    env: process.env,
    cwd: process.cwd(),
    color: process.stdout.isTTY === true && process.env.NO_COLOR === undefined && process.env.TERM !== 'dumb',
    signal: abort.signal,
    print: (text) => process.stdout.write(`${text}\n`),
    note: (text) => process.stderr.write(`${text}\n`),
  }
}
