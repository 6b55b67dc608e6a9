/** Diagnostics as text for a terminal, each with the line it speaks of. */
import { readFileSync } from 'node:fs'
import { styleText } from 'node:util'
import type { Diagnostic, Severity } from '../diagnostic.ts'

export interface RenderOptions {
  /** ANSI colours. Default false: output often goes to a file. */
  readonly color?: boolean
  /** The text behind a diagnostic's file; `undefined` leaves the frame out. Default: read from disk, each file once. */
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
  const { color = false, text = fromDisk() } = options
  const paint = (style: Style, content: string) =>
    color ? styleText(style, content, { validateStream: false }) : content
  return diagnostics.map((diagnostic) => render(diagnostic, text, paint)).join('\n')
}

type Paint = (style: Style, content: string) => string

function render(diagnostic: Diagnostic, text: (file: string) => string | undefined, paint: Paint): string {
  const { severity, code, message, fix, at, confidence } = diagnostic
  const sure = confidence === undefined ? '' : ` (${confidence.toFixed(2)})`
  const head = `${paint(STYLES[severity], severity)} ${paint('bold', code)} ${at.file}:${at.line}:${at.column}${sure}`
  const frame = frameOf(text(at.file), at.line, at.column, paint)
  return [head, `  ${message}`, ...frame, `  ${paint('green', 'fix:')} ${fix}`, ''].join('\n')
}

function frameOf(text: string | undefined, line: number, column: number, paint: Paint): string[] {
  const content = text === undefined ? undefined : lineOf(text, line)
  if (content === undefined || content.trim() === '') return []
  const from = content.length <= FRAME_WIDTH ? 0 : Math.max(0, column - 1 - FRAME_WIDTH / 2)
  const shown = content.slice(from, from + FRAME_WIDTH).replaceAll('\t', ' ')
  const gutter = ' '.repeat(String(line).length)
  return [
    `  ${paint('dim', `${line} |`)} ${shown}`,
    `  ${paint('dim', `${gutter} |`)} ${' '.repeat(Math.max(0, column - 1 - from))}${paint('red', '^')}`,
  ]
}

function lineOf(text: string, line: number): string | undefined {
  let start = 0
  for (let at = 1; at < line; at++) {
    const end = text.indexOf('\n', start)
    if (end === -1) return undefined
    start = end + 1
  }
  const end = text.indexOf('\n', start)
  return text.slice(start, end === -1 ? undefined : end).replace(/\r$/, '')
}

function fromDisk(): (file: string) => string | undefined {
  const texts = new Map<string, string | undefined>()
  return (file) => {
    if (!texts.has(file)) texts.set(file, read(file))
    return texts.get(file)
  }
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}
