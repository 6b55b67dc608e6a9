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
  return parts.flatMap((part, index) => (index === 0 ? [part] : [separator, part]))
}

/** `open` and `close` around comma-separated parts: on one line when they fit, else one to a line with a trailing comma. */
export function list(open: string, parts: readonly Doc[], close: string, padding: Doc = softline): Doc {
  if (parts.length === 0) return open + close
  return group(open, indent(padding, join([',', line], parts)), ifBroken(close === '>' ? '' : ','), padding, close)
}

interface Item {
  readonly depth: number
  readonly broken: boolean
  readonly doc: Doc
}

/** The text of `doc`, whose first line starts `depth` levels deep (the indentation itself is not written for it). */
export function layout(doc: Doc, depth = 0): string {
  const stack: Item[] = [{ depth, broken: true, doc }]
  let text = ''
  let column = depth * 2
  for (let item = stack.pop(); item !== undefined; item = stack.pop()) {
    const { doc } = item
    if (typeof doc === 'string') {
      text += doc
      column += doc.length
    } else if (!('kind' in doc)) push(stack, item, doc)
    else if (doc.kind === 'indent') stack.push({ ...item, depth: item.depth + 1, doc: doc.content })
    else if (doc.kind === 'group') stack.push({ ...item, broken: !fits(doc.content, column, stack), doc: doc.content })
    else if (doc.kind === 'if-broken') {
      if (item.broken) stack.push({ ...item, doc: doc.broken })
    } else if (item.broken || doc.hard) {
      text += `\n${'  '.repeat(item.depth)}`
      column = item.depth * 2
    } else {
      text += doc.flat
      column += doc.flat.length
    }
  }
  return text.replace(/ +$/gm, '')
}

function push(stack: Item[], item: Item, parts: readonly Doc[]): void {
  for (const part of parts.toReversed()) stack.push({ ...item, doc: part })
}

/** Whether `doc`, flat, and what follows it up to the next possible line end, fit on the line. */
function fits(doc: Doc, column: number, following: readonly Item[]): boolean {
  const stack: Item[] = [{ depth: 0, broken: false, doc }]
  let room = LINE_WIDTH - column
  let next = following.length - 1
  while (room >= 0) {
    const item = stack.pop() ?? following[next--]
    if (item === undefined) return true
    const { doc } = item
    if (typeof doc === 'string') room -= doc.length
    else if (!('kind' in doc)) push(stack, item, doc)
    else if (doc.kind === 'group' || doc.kind === 'indent') stack.push({ ...item, doc: doc.content })
    else if (doc.kind === 'if-broken') room -= item.broken ? doc.broken.length : 0
    else if (item.broken) return true
    else if (doc.hard) return false
    else room -= doc.flat.length
  }
  return false
}
