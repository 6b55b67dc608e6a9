import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)
const here = fileURLToPath(new URL('.', import.meta.url))
const examples = readdirSync(here).filter((name) => existsSync(`${here}${name}/expected.txt`))

describe.each(examples)('example %s', (name) => {
  it('prints what expected.txt says', async () => {
    const { stdout } = await run(process.execPath, ['--conditions=source', `${here}${name}/main.ts`], {
      timeout: 30_000,
    })
    expect(stdout).toBe(await readFile(`${here}${name}/expected.txt`, 'utf8'))
  }, 40_000)
})
