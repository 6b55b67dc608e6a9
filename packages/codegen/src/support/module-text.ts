import { layout } from '../print/layout.ts'
import { namesInBraces } from '../print/source-file.ts'

/** Import and export statements of a source file, read and rewritten as text. Sources are formatted, so that a pattern finds them all. */

/** One `import … from '…'` or `export … from '…'`. */
export interface ModuleStatement {
  readonly text: string
  /** `import`, `import type`, `export`, `export type` */
  readonly verb: string
  /** The names in braces, with `type` and `as` as written; `undefined` for `*` and defaults. */
  readonly names: readonly string[] | undefined
  readonly from: string
}

const STATEMENT = /^(import|export)( type)? (?:\{([^}]*)\}|[^'"{};]+?) from '([^']+)'$/gm

export function moduleStatements(text: string): readonly ModuleStatement[] {
  return [...text.matchAll(STATEMENT)].map(([whole, verb = '', type = '', names, from = '']) => ({
    text: whole,
    verb: verb + type,
    names: names
      ?.split(',')
      .map((name) => name.trim())
      .filter((name) => name !== ''),
    from,
  }))
}

/** The same statement from another module, broken as its new length asks for. */
export function fromElsewhere({ text, verb, names, from }: ModuleStatement, module: string): string {
  if (names === undefined) return text.replace(`'${from}'`, `'${module}'`)
  return layout([`${verb} `, namesInBraces(names), ` from '${module}'`])
}

/** `Watermark` of `type Watermark as Mark` */
export function plainName(name: string): string {
  return (name.replace(/^type /, '').split(' as ')[0] ?? '').trim()
}
