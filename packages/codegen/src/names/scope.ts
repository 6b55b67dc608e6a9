/**
 * Gives out names, each once. Case is ignored: two files or classes that differ by case alone confuse people and file systems.
 */
export class Scope {
  readonly #reserved: ReadonlySet<string>
  readonly #taken = new Set<string>()

  /** @param reserved Names that are never given out: words of the language, names the printed file imports. */
  constructor(reserved: ReadonlySet<string> = new Set()) {
    this.#reserved = reserved
  }

  /** The wanted name, or the first of `name2`, `name3`, … that is free. */
  take(wanted: string, separator = ''): string {
    let name = wanted
    for (let number = 2; !this.#isFree(name); number += 1) name = `${wanted}${separator}${number}`
    this.#taken.add(name.toLowerCase())
    return name
  }

  #isFree(name: string): boolean {
    return !this.#reserved.has(name) && !this.#taken.has(name.toLowerCase())
  }
}

/** Words no declaration may be called, and globals that printed code uses. */
export const RESERVED_WORDS: ReadonlySet<string> = new Set(
  `
  abstract any arguments as async await bigint boolean break case catch class const constructor continue debugger declare default delete
  do else enum eval export extends false finally for from function get global globalThis if implements import in infer instanceof
  interface intrinsic is keyof let module namespace never new null number object of out override package private protected public
  readonly require return satisfies set static string super switch symbol this throw true try type typeof undefined unique unknown
  using var void while with yield Array Date Error Infinity JSON Map Math NaN Number Object Promise Record RegExp Set String Uint8Array
  process`
    .trim()
    .split(/\s+/),
)
