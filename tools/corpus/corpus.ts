import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A folder of AsyncAPI documents with an index and labels, laid out like `../shared/corpus`; only `docs/` is required. */
export interface Corpus {
  readonly folder: string
  readonly documents: readonly CorpusDocument[]
  /** Address of a referenced document to its local copy; `null` where there is none. */
  readonly httpCopies: Readonly<Record<string, string | null>>
}

export interface CorpusDocument {
  /** File name in `docs/`. */
  readonly name: string
  /** Where to read it: in `trees/`, with the files it refers to, where it is there. */
  readonly path: string
  /** Folder that file references must not leave. */
  readonly root: string
  /** `app`, `example`, `fixture`, `tck`, or `unlabelled` when there is no index. */
  readonly tier: string
}

export function readCorpus(folder: string): Corpus {
  const index = new Map(readTable(join(folder, 'INDEX.tsv')).map((row) => [row.file, row]))
  const names = readdirSync(join(folder, 'docs')).sort()
  const copies = join(folder, 'http_refs.json')
  return {
    folder,
    documents: names.map((name) => locate(folder, name, index.get(name))),
    httpCopies: existsSync(copies) ? JSON.parse(readFileSync(copies, 'utf8')) : {},
  }
}

function locate(folder: string, name: string, row: Row | undefined): CorpusDocument {
  const tier = row?.tier || 'unlabelled'
  const tree = join(folder, 'trees', (row?.repo ?? '').replace('/', '__'))
  const inTree = join(tree, row?.path ?? '')
  if (row?.repo && row.path && existsSync(inTree)) return { name, path: inTree, root: tree, tier }
  return { name, path: join(folder, 'docs', name), root: join(folder, 'docs'), tier }
}

/** One line of a table, by the names in its first line. */
export type Row = { readonly [column: string]: string | undefined }

/** The lines of a tab-separated file; none when it is absent. */
export function readTable(path: string): readonly Row[] {
  if (!existsSync(path)) return []
  const [head = '', ...lines] = readFileSync(path, 'utf8').split(/\r?\n/)
  const columns = head.split('\t')
  return lines.filter((line) => line !== '').map((line) => asRow(columns, line.split('\t')))
}

function asRow(columns: readonly string[], cells: readonly string[]): Row {
  return Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? '']))
}
