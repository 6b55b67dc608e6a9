/**
 * Lays text out on lines the way the common formatters do (Wadler's pretty printer in the small): a group stays on one line when it
 * fits into the width, and otherwise breaks at each of its own lines.
 */
export type Doc = string | readonly Doc[] | Group | Indent | Line | IfBroken

interface Group {
  readonly kind: 'group'
  readonly content: Doc
}
interface Indent {
  readonly kind: 'indent'
  readonly content: Doc
}
interface Line {
  readonly kind: 'line'
  /** What stands there when the group is flat; a hard line never is. */
  readonly flat: '' | ' '
  readonly hard: boolean
}
interface IfBroken {
  readonly kind: 'if-broken'
  readonly broken: string
}

export const LINE_WIDTH = 120

/** A space, or a new line in a broken group. */
export const line: Doc = Object.freeze({ kind: 'line', flat: ' ', hard: false })
/** Nothing, or a new line in a broken group. */
export const softline: Doc = Object.freeze({ kind: 'line', flat: '', hard: false })
/** Always a new line; breaks every group around it. */
export const hardline: Doc = Object.freeze({ kind: 'line', flat: '', hard: true })

export function group(...content: readonly Doc[]): Doc {
  return { kind: 'group', content }
}

export function indent(...content: readonly Doc[]): Doc {
  return { kind: 'indent', content }
}

/** Text that stands only in a broken group: a trailing comma, a leading bar. */
export function ifBroken(broken: string): Doc {
  return { kind: 'if-broken', broken }
}

export function join(separator: Doc, parts: readonly Doc[]): Doc {
  const joined: Doc[] = []
  for (const part of parts) {
    if (joined.length > 0) joined.push(separator)
    joined.push(part)
  }
  return joined
}

/** Text this short fits on a line of its own however deep it stands, so that it needs no layout. */
export const CERTAINLY_FITS = 96

/** `open` and `close` around comma-separated parts: on one line when they fit, else one to a line with a trailing comma. */
export function list(open: string, parts: readonly Doc[], close: string, padding: Doc = softline): Doc {
  if (parts.length === 0) return open + close
  return group(open, indent(padding, join([',', line], parts)), ifBroken(close === '>' ? '' : ','), padding, close)
}

/** The text of `doc`, whose first line starts `depth` levels deep (the indentation itself is not written for it). */
export function layout(doc: Doc, depth = 0): string {
  if (typeof doc === 'string') return doc
  const todo = new Todo()
  todo.push(doc, depth, true)
  let text = ''
  let column = depth * 2
  while (todo.pop()) {
    const { doc, depth, isBroken } = todo
    if (typeof doc === 'string') {
      text += doc
      column += doc.length
    } else if (!('kind' in doc)) todo.pushAll(doc, depth, isBroken)
    else if (doc.kind === 'indent') todo.push(doc.content, depth + 1, isBroken)
    else if (doc.kind === 'group') todo.push(doc.content, depth, isBroken && !fits(doc.content, column, todo))
    else if (doc.kind === 'if-broken') {
      if (isBroken) todo.push(doc.broken, depth, isBroken)
    } else if (isBroken || doc.hard) {
      text += `\n${'  '.repeat(depth)}`
      column = depth * 2
    } else {
      text += doc.flat
      column += doc.flat.length
    }
  }
  return text
}

/** Whether `doc`, flat, and what follows it up to the next possible line end, fit on the line. */
function fits(doc: Doc, column: number, following: Todo): boolean {
  const todo = new Todo()
  todo.push(doc, 0, false)
  let room = LINE_WIDTH - column
  let next = following.length - 1
  while (room >= 0) {
    if (!todo.pop()) {
      if (next < 0) return true
      following.copyTo(todo, next--)
      continue
    }
    const { doc, isBroken } = todo
    if (typeof doc === 'string') room -= doc.length
    else if (!('kind' in doc)) todo.pushAll(doc, 0, isBroken)
    else if (doc.kind === 'group' || doc.kind === 'indent') todo.push(doc.content, 0, isBroken)
    else if (doc.kind === 'if-broken') room -= isBroken ? doc.broken.length : 0
    else if (isBroken) return true
    else if (doc.hard) return false
    else room -= doc.flat.length
  }
  return false
}

/** A stack of parts to lay out, in parallel arrays, because it is turned over once for every part of every file. */
class Todo {
  doc: Doc = ''
  depth = 0
  isBroken = false
  readonly #docs: Doc[] = []
  readonly #depths: number[] = []
  readonly #broken: boolean[] = []

  get length(): number {
    return this.#docs.length
  }

  push(doc: Doc, depth: number, isBroken: boolean): void {
    this.#docs.push(doc)
    this.#depths.push(depth)
    this.#broken.push(isBroken)
  }

  pushAll(docs: readonly Doc[], depth: number, isBroken: boolean): void {
    for (let index = docs.length - 1; index >= 0; index -= 1) this.push(docs[index] ?? '', depth, isBroken)
  }

  /** Takes the topmost part into `doc`, `depth` and `isBroken`; `false` when there is none. */
  pop(): boolean {
    const doc = this.#docs.pop()
    if (doc === undefined) return false
    this.doc = doc
    this.depth = this.#depths.pop() ?? 0
    this.isBroken = this.#broken.pop() ?? false
    return true
  }

  /** Puts a copy of one part, counted from the bottom, on another stack. */
  copyTo(other: Todo, index: number): void {
    other.push(this.#docs[index] ?? '', 0, this.#broken[index] ?? false)
  }
}
