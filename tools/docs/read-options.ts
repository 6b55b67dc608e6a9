/** Reads an options interface as its docstrings tell it: one entry per property. */
export interface OptionEntry {
  readonly name: string
  readonly required: boolean
  /** As written: `number`, `'quorum' | 'classic'`. */
  readonly type: string
  readonly about: string
}

const PROPERTY = /(?:\/\*\*(?<doc>(?:(?!\*\/)[\s\S])*)\*\/\s*)?readonly (?<name>\w+)(?<optional>\?)?: (?<type>.+)/g

/** The properties of `export interface <name>` in `source`, in their order. Fails when there is no such interface. */
export function readOptions(source: string, name: string): readonly OptionEntry[] {
  const body = new RegExp(`export interface ${name}\\b[^{]*\\{\\n(?<body>[\\s\\S]*?)\\n\\}`).exec(source)?.groups?.body
  if (body === undefined) throw new Error(`no interface ${name}; change the list in tools/docs/options.ts`)
  return [...body.matchAll(PROPERTY)].map(({ groups }) => ({
    name: groups?.name ?? '',
    required: groups?.optional === undefined,
    type: groups?.type ?? '',
    about: plain(groups?.doc ?? ''),
  }))
}

/** The first table of a docstring in `source`, as Markdown. Fails when there is none. */
export function readTable(source: string): readonly string[] {
  const [rows] = /(?:^ \* \|.*\n)+/m.exec(source) ?? []
  if (rows === undefined) throw new Error('no table in a docstring; change the list in tools/docs/options.ts')
  return rows
    .trimEnd()
    .split('\n')
    .map((row) => row.slice(' * '.length))
}

/** A docstring on one line, its links as plain names. */
function plain(doc: string): string {
  return doc
    .replace(/^\s*\* ?/gm, ' ')
    .replace(/\{@link ([^}]+)\}/g, '`$1`')
    .replace(/\s+/g, ' ')
    .trim()
}
