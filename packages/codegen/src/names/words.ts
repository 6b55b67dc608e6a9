/** Turns names of a document into names of TypeScript. Letters of other scripts are spelled by their code points. */

/** `user.created`, `userCreated` and `USER_CREATED` are the same two words. Digits belong to the word before them. */
function words(text: string): readonly string[] {
  return (isAscii(text) ? text : toLatin(text)).match(/[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+/g) ?? []
}

function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text)
}

function toLatin(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[ßæøœłđ]/gi, (letter) => (letter === letter.toLowerCase() ? spelt(letter) : capital(spelt(letter))))
    .replace(/[^\p{ASCII}]/gu, (character) => (/[\p{L}\p{N}]/u.test(character) ? ` u${hex(character)} ` : ' '))
}

const SPELT: { readonly [letter: string]: string } = { ß: 'ss', æ: 'ae', ø: 'o', œ: 'oe', ł: 'l', đ: 'd' }

function spelt(letter: string): string {
  return SPELT[letter.toLowerCase()] ?? letter
}

function hex(character: string): string {
  return (character.codePointAt(0) ?? 0).toString(16)
}

/** `UserCreated`; abbreviations keep their capitals when the name mixes both (`HTTPError`), and lose them when it shouts. */
export function pascalCase(text: string): string {
  const parts = words(text)
  const shouting = !/[a-z]/.test(text)
  const name = parts.map((word) => capital(shouting ? word.toLowerCase() : word)).join('')
  return leadingLetter(name, 'Event')
}

/** `userCreated` */
export function camelCase(text: string): string {
  const [first = 'event', ...rest] = words(text)
  return leadingLetter([first.toLowerCase(), ...rest.map((word) => capital(word.toLowerCase()))].join(''), 'event')
}

/** `user-created`, safe as a file name on every system. */
export function kebabCase(text: string): string {
  const name = words(text).join('-').toLowerCase().slice(0, MAX_FILE_NAME)
  return name === '' ? 'event' : RESERVED_FILE_NAMES.test(name) ? `${name}-event` : name
}

/** Room is left for `.consumer.test.ts` and a number. */
const MAX_FILE_NAME = 120
const RESERVED_FILE_NAMES = /^(con|prn|aux|nul|com\d|lpt\d)$/

function capital(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1)
}

function leadingLetter(name: string, prefix: string): string {
  const short = name.slice(0, MAX_IDENTIFIER)
  return /^[A-Za-z]/.test(short) ? short : prefix + short
}

const MAX_IDENTIFIER = 120
