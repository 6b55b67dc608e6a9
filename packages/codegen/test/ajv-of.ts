import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'

/**
 * Ajv as a second opinion, asked for what JSON means: 19.99 is a multiple of 0.01 though not in binary, and an object has the members
 * it was given, not those of every object.
 */
export function ajvOf(): Ajv2020 {
  const checker = new Ajv2020({
    strict: false,
    multipleOfPrecision: 8,
    logger: false,
    unicodeRegExp: true,
    ownProperties: true,
  })
  addFormats.default(checker)
  return checker
}
