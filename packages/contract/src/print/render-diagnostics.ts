/** Diagnostics as text for a terminal, each with the line it speaks of. */
import { readFileSync } from 'node:fs'
import { styleText } from 'node:util'
import type { Diagnostic, Severity } from '../diagnostic.ts'

export interface RenderOptions {
  /** ANSI colours. Default false: output often goes to a file. */
  readonly color?: boolean
  /** The text behind a diagnostic's file; `undefined` leaves the frame out. Default: read from disk. */
  readonly text?: (file: string) => string | undefined
}

type Style = Parameters<typeof styleText>[0]

const STYLES: { readonly [severity in Severity]: Style } = { error: 'red', warn: 'yellow', info: 'blue' }
/** Wider lines (JSON on one line) are cut around the column. */
const FRAME_WIDTH = 120

/**
 * ```text
 * error dangling_reference shop.yaml:12:9
 *   "#/components/messages/Paid" leads to nothing.
 *   12 |   $ref: '#/components/messages/Paid'
 *      |         ^
 *   fix: Correct the pointer, or define what it names.
 * ```
 */
export function renderDiagnostics(diagnostics: readonly Diagnostic[], options: RenderOptions = {}): string {
  const { color = false, text = read } = options
  const linesOf = splitOnce(text)
  const paint = (style: Style, content: string) =>
    color ? styleText(style, content, { validateStream: false }) : content
  return diagnostics.map((diagnostic) => render(diagnostic, linesOf(diagnostic.at.file), paint)).join('\n')
}

type Paint = (style: Style, content: string) => string

function render(diagnostic: Diagnostic, lines: readonly string[], paint: Paint): string {
  const { severity, code, message, fix, at, confidence } = diagnostic
  const sure = confidence === undefined ? '' : ` (${confidence.toFixed(2)})`
  const head = `${paint(STYLES[severity], severity)} ${paint('bold', code)} ${plain(at.file)}:${at.line}:${at.column}${sure}`
  const frame = frameOf(lines[at.line - 1], at.line, at.column, paint)
  return [head, `  ${plain(message)}`, ...frame, `  ${paint('green', 'fix:')} ${plain(fix)}`, ''].join('\n')
}

function frameOf(content: string | undefined, line: number, column: number, paint: Paint): string[] {
  if (content === undefined || content.trim() === '') return []
  const from = content.length <= FRAME_WIDTH ? 0 : Math.max(0, column - 1 - FRAME_WIDTH / 2)
  const shown = plain(content.slice(from, from + FRAME_WIDTH))
  const gutter = ' '.repeat(String(line).length)
  return [
    `  ${paint('dim', `${line} |`)} ${shown}`,
    `  ${paint('dim', `${gutter} |`)} ${' '.repeat(Math.max(0, column - 1 - from))}${paint('red', '^')}`,
  ]
}

/** A document must not move the cursor of the terminal it is read in: control characters become spaces. */
function plain(text: string): string {
  return text.replace(/\p{Cc}/gu, ' ')
}

/** Each file is read and split once, however many diagnostics speak of it. */
function splitOnce(text: (file: string) => string | undefined): (file: string) => readonly string[] {
  const known = new Map<string, readonly string[]>()
  return (file) => {
    const lines = known.get(file) ?? text(file)?.split(/\r?\n/) ?? []
    known.set(file, lines)
    return lines
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
