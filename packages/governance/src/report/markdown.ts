/** A table. Cells may hold inline Markdown; a bar or a line break in a cell cannot break it. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}

/** A name as code, whatever it contains (CommonMark 6.1: the fence is longer than any run of backticks inside). */
export function code(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  const padding = text.startsWith('`') || text.endsWith('`') ? ' ' : ''
  return `${fence}${padding}${oneLine(text)}${padding}${fence}`
}

/** Text from a contract as text: nothing in it becomes Markdown or HTML. */
export function plain(text: string): string {
  return oneLine(text)
    .replaceAll('&', '&amp;')
    .replaceAll(/[\\`*[\]<>|~]|(?<!\w)_|_(?!\w)/g, '\\$&')
}

function cell(text: string): string {
  return oneLine(text).replaceAll(/\\?\|/g, '\\|')
}

function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}
