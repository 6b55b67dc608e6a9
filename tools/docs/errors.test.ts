import { readFile } from 'node:fs/promises'
import { FAILURES } from '@longshore/runtime'
import { describe, expect, it } from 'vitest'
import { errorsPage } from './errors.ts'

describe('docs/errors.md', () => {
  it('says what the table of failures says; print it anew with npm run docs', async () => {
    expect(await readFile(new URL('../../docs/errors.md', import.meta.url), 'utf8')).toBe(errorsPage())
  })

  it('explains every class that a failure has', () => {
    for (const { class: name } of Object.values(FAILURES)) expect(errorsPage()).toContain(`| \`${name}\` |`)
  })
})
