import { remembered } from './remembered.ts'

/**
 * Splits a name as people write names in contracts into lower-case words: camelCase, PascalCase, snake_case, kebab-case, dots,
 * slashes, acronyms (`userIDNumber`, `XMLHttpRequest`) and digits (`addressLine2` is `address`, `line`, `2`). Words that are
 * written with a capital inside stay whole (`OAuth`, `IPv6`). Accents are dropped (`prénom` is `prenom`), so
 * that one spelling of a word is enough.
 */
export const wordsOf: (name: string) => readonly string[] = remembered(split)

/** The same words in the singular: `emailAddresses` is `email`, `address`. */
export const singularWordsOf: (name: string) => readonly string[] = remembered((name) => wordsOf(name).map(singular))

/** A longer name carries no more meaning; cutting bounds the work on hostile input. */
const LONGEST_NAME = 200

function split(name: string): readonly string[] {
  return fold(name.slice(0, LONGEST_NAME))
    .replace(/ip_?v(?=[46])/giu, ' ipv')
    .replace(/OAuth/g, ' oauth ')
    .replace(/(?<=\p{Ll})(?<!ip)[vV](?=\d)/gu, ' v')
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .replace(/(\p{Lu}+)(\p{Lu}\p{Ll})/gu, '$1 $2')
    .replace(/(?<=\p{L})(?=\d)|(?<=\d)(?=\p{L})/gu, ' ')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '')
}

/** Letters without their accents; those that are no accented letters as they are usually transcribed. */
function fold(text: string): string {
  if (/^\p{ASCII}*$/u.test(text)) return text
  return text
    .normalize('NFD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[ßøØæÆłŁđĐ]/g, (letter) => TRANSCRIBED[letter] ?? letter)
}

const TRANSCRIBED: { readonly [letter: string]: string } = {
  ß: 'ss',
  ø: 'o',
  Ø: 'O',
  æ: 'ae',
  Æ: 'Ae',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
}

/** The singular of an English word, good enough to compare words of names: `addresses`, `cities`, `users`. */
export function singular(word: string): string {
  if (word.length < 4 || ENDING_IN_S.has(word)) return word
  if (word.endsWith('ies')) return `${word.slice(0, -3)}y`
  if (/(ss|sh|ch|x|z)es$/.test(word)) return word.slice(0, -2)
  return /[^su]s$/.test(word) ? word.slice(0, -1) : word
}

const ENDING_IN_S = new Set(
  'alias atlas bias gas gps https dns news series species diagnosis prognosis analysis basis chassis lens'.split(' '),
)
