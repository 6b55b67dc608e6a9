/**
 * The payloads of a document share their definitions, so the same type and the same check are printed into many files. A text is
 * taken again where everything that was asked while it was printed has the same answer now.
 */
export class Reprints<Printer> {
  readonly #known = new WeakMap<object, Reprint<Printer>>()

  /** The text that was printed for `source` as `name`, or nothing when it might be another one now. Asks in the order of the printing. */
  find(source: object, name: string, printer: Printer): string | undefined {
    const known = this.#known.get(source)
    if (known === undefined || known.name !== name) return undefined
    return known.questions.every(({ ask, answer }) => ask(printer) === answer) ? known.text : undefined
  }

  keep(source: object, reprint: Reprint<Printer>): void {
    this.#known.set(source, reprint)
  }
}

export interface Reprint<Printer> {
  readonly name: string
  readonly text: string
  readonly questions: readonly Question<Printer>[]
}

/** Something a printer was asked. Asked twice it gives the same answer. */
export interface Question<Printer> {
  readonly ask: (printer: Printer) => unknown
  readonly answer: unknown
}
