import { describe, expect, it } from 'vitest'
import { fromUserProperties, toUserProperties } from './user-properties.ts'

describe('headers as user properties', () => {
  it('come back as they were, line ends and lone surrogates aside', () => {
    const headers = { 'x-error-stack': 'at a\nat b', name: 'für', percent: '100%', star: "UTF-8''" }
    expect(fromUserProperties(toUserProperties(headers))).toEqual(headers)
  })

  it('hold nothing a broker drops the connection for', () => {
    expect(toUserProperties({ stack: 'a\nb', plain: 'c' })).toEqual({ 'stack*': "UTF-8''a%0Ab", plain: 'c' })
  })
})
