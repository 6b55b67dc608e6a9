import { describe, expect, it } from 'vitest'
import { docComment } from './comment.ts'
import { access, propertyKey, quote } from './quote.ts'

describe('a quoted text', () => {
  it('reads back as it was', () => {
    const texts = [
      "it's",
      'say "hi"',
      `both ' and "`,
      'back\\slash',
      'line\nend\r\t\u2028',
      '\u202e\u{1f600}\ud800',
      ['$', '{x}`'].join(''),
    ]
    // The literal is evaluated, which is what a compiler does with it.
    for (const text of texts) expect(new Function(`return ${quote(text)}`)()).toBe(text)
  })

  it('shows characters that reverse or hide text', () => {
    expect(quote('admin\u202e')).toBe("'admin\\u202e'")
  })

  it('takes the quotes that need fewer escapes', () => {
    expect(quote("it's")).toBe('"it\'s"')
  })
})

describe('a property', () => {
  it('is quoted where it is no plain identifier', () => {
    expect(['email', 'x-id', '1', '__proto__', 'größe'].map(propertyKey)).toEqual([
      'email',
      "'x-id'",
      "'1'",
      "'__proto__'",
      "'größe'",
    ])
    expect([access('email'), access('x-id')]).toEqual(['.email', "['x-id']"])
  })
})

describe('a comment', () => {
  it('cannot be ended, and cannot begin a directive or a tag', () => {
    expect(docComment('a */ b\n@ts-ignore\n * @deprecated')).toEqual([
      '/**',
      ' * a *\\/ b',
      ' * \\@ts-ignore',
      ' * * \\@deprecated',
      ' */',
    ])
  })

  it('fills its lines and stands on one when it fits', () => {
    expect(docComment('short')).toEqual(['/** short */'])
    expect(docComment('word '.repeat(60)).every((line) => line.length <= 120)).toBe(true)
    expect(docComment(' \n ')).toEqual([])
  })
})
