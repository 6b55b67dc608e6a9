/**
 * A short text that a regular expression matches, for the expressions contracts use:
 *
 * ```
 * pattern  = branch *( "|" branch )          ; the first branch is taken
 * branch   = *( atom [ quantifier ] )
 * atom     = "(" pattern ")" / class / escape / "." / "^" / "$" / character
 * ```
 *
 * Lookarounds, back references and property escapes are not read: the answer is `undefined`.
 */
export function textForPattern(pattern: string): string | undefined {
  const reader = new PatternReader(pattern)
  const text = reader.pattern()
  return reader.isDone ? text : undefined
}

class PatternReader {
  readonly #pattern: string
  #at = 0
  #failed = false

  constructor(pattern: string) {
    this.#pattern = pattern
  }

  get isDone(): boolean {
    return !this.#failed && this.#at === this.#pattern.length
  }

  pattern(): string {
    const text = this.#branch()
    while (this.#takes('|')) this.#branch()
    return text
  }

  #branch(): string {
    let text = ''
    while (this.#at < this.#pattern.length && !'|)'.includes(this.#peek()) && !this.#failed) {
      const atom = this.#atom()
      text += atom.repeat(this.#quantifier())
    }
    return text
  }

  #atom(): string {
    const character = this.#next()
    if (character === '^' || character === '$') return ''
    if (character === '.') return 'x'
    if (character === '[') return this.#class()
    if (character === '\\') return this.#escape()
    if (character !== '(') return character
    if (this.#takes('?') && !this.#takes(':')) return this.#fail()
    const text = this.pattern()
    return this.#takes(')') ? text : this.#fail()
  }

  #class(): string {
    if (this.#takes('^')) return this.#fail()
    let first: string | undefined
    while (this.#at < this.#pattern.length && this.#peek() !== ']') {
      const character = this.#next()
      const member = character === '\\' ? this.#escape() : character
      first ??= member
    }
    this.#takes(']')
    return first ?? this.#fail()
  }

  #escape(): string {
    const character = this.#next()
    if ('dwsDWSbBtnr'.includes(character)) return ESCAPES[character] ?? this.#fail()
    return /[a-zA-Z0-9]/.test(character) ? this.#fail() : character
  }

  #quantifier(): number {
    let count = 1
    if (this.#takes('*') || this.#takes('?')) count = 0
    else if (this.#takes('{')) count = this.#bounds()
    else this.#takes('+')
    this.#takes('?')
    return count
  }

  #bounds(): number {
    const match = /^(\d+)(?:,(\d*))?\}/.exec(this.#pattern.slice(this.#at))
    if (match === null) return Number(this.#fail().length)
    this.#at += match[0].length
    return Math.min(Number(match[1]), MOST_REPEATS)
  }

  #takes(character: string): boolean {
    if (this.#peek() !== character) return false
    this.#at += 1
    return true
  }

  #peek(): string {
    return this.#pattern.charAt(this.#at)
  }

  #next(): string {
    this.#at += 1
    return this.#pattern.charAt(this.#at - 1)
  }

  #fail(): string {
    this.#failed = true
    return ''
  }
}

const MOST_REPEATS = 1_000

const ESCAPES: { readonly [character: string]: string } = {
  d: '1',
  w: 'a',
  s: ' ',
  D: 'a',
  W: '-',
  S: 'a',
  b: '',
  t: '\t',
  n: '\n',
  r: '\r',
}
