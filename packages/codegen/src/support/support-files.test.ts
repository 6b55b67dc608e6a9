import { describe, expect, it } from 'vitest'
import { packagedSources } from './sources.ts'
import { supportFiles } from './support-files.ts'

describe('what tests are given in support/', () => {
  it('is the memory transport with its faults and the clock turned by hand, and nothing else of the test kit', () => {
    const request = { runtimeNames: ['consume'], doors: [], testing: true, importExtension: 'js' } as const
    const paths = supportFiles(request, packagedSources()).map(({ path }) => path)
    expect(paths.filter((path) => path.startsWith('support/testing/') && !path.includes('/memory/'))).toEqual([
      'support/testing/manual-clock.ts',
      'support/testing/index.ts',
    ])
    expect(paths).toContain('support/testing/memory/memory-transport.ts')
    expect(paths).toContain('support/testing/memory/memory-faults.ts')
  })

  it('is nothing when no tests are printed', () => {
    const request = { runtimeNames: ['consume'], doors: [], testing: false, importExtension: 'js' } as const
    const paths = supportFiles(request, packagedSources()).map(({ path }) => path)
    expect(paths.filter((path) => path.startsWith('support/testing/'))).toEqual([])
  })
})
