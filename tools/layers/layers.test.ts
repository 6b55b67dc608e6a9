import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { checkLayers, offenceLine } from './check.ts'
import { readWorkspace } from './workspace.ts'

const roots: string[] = []
afterEach(() => {
  for (const root of roots.splice(0)) rmSync(root, { recursive: true })
})

/** Lays out a workspace of four packages plus the given files, and returns the offences as printed. */
function check(files: Readonly<Record<string, string>>): readonly string[] {
  const root = mkdtempSync(join(tmpdir(), 'layers-'))
  roots.push(root)
  const all = {
    'packages/contract/package.json':
      '{"name":"@longshore/contract","exports":{".":{}},"dependencies":{"js-yaml":"*"}}',
    'packages/manifest/package.json': '{"name":"@longshore/manifest","exports":{".":{}}}',
    'packages/runtime/package.json': '{"name":"@longshore/runtime","exports":{".":{}},"dependencies":{"left-pad":"*"}}',
    'packages/testing/package.json': '{"name":"@longshore/testing","exports":{".":{}}}',
    ...files,
  }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return checkLayers(readWorkspace(root)).map(offenceLine)
}

describe('the rules of the house', () => {
  it('let the arrows of the picture pass, types and node modules too', () => {
    const offences = check({
      'packages/contract/src/index.ts': "export { load } from './load.ts'\nexport type * from './load.ts'\n",
      'packages/contract/src/load.ts': "import { readFile } from 'node:fs/promises'\nimport yaml from 'js-yaml'\n",
      'packages/manifest/src/index.ts': "import type { Contract } from '@longshore/contract'\n",
      'packages/runtime/src/run.test.ts': "import { it } from 'vitest'\nimport { capture } from '@longshore/testing'\n",
      'examples/01/main.ts':
        "import { load } from '@longshore/contract'\nimport { consume } from '@longshore/runtime'\n",
    })
    expect(offences).toEqual([])
  })

  it('stop an arrow that turns round', () => {
    expect(check({ 'packages/contract/src/a.ts': "\nimport type { Manifest } from '@longshore/manifest'\n" })).toEqual([
      "packages/contract/src/a.ts:2: import type { Manifest } from '@longshore/manifest' — contract may import no other package",
    ])
  })

  it('stop an arrow between the rooms, however it is written', () => {
    const text = "const runtime = await import('@longshore/runtime')\ntype Step = import('@longshore/runtime').Step\n"
    expect(check({ 'packages/manifest/src/a.ts': text })).toEqual([
      "packages/manifest/src/a.ts:1: import('@longshore/runtime') — manifest may import contract",
      "packages/manifest/src/a.ts:2: import('@longshore/runtime').Step — manifest may import contract",
    ])
  })

  it('keep the test kit out of what is shipped', () => {
    expect(check({ 'packages/runtime/src/a.ts': "import { capture } from '@longshore/testing'\n" })).toEqual([
      "packages/runtime/src/a.ts:1: import { capture } from '@longshore/testing' — runtime may import no other package",
    ])
  })

  it('keep the runtime free of dependencies, even of declared ones', () => {
    expect(check({ 'packages/runtime/src/a.ts': "import pad from 'left-pad'\n" })).toEqual([
      "packages/runtime/src/a.ts:1: import pad from 'left-pad' — runtime may depend on nothing",
    ])
  })

  it('stop an npm package that is not declared', () => {
    expect(check({ 'packages/contract/src/a.ts': "import { z } from 'zod/mini'\n" })).toEqual([
      "packages/contract/src/a.ts:1: import { z } from 'zod/mini' — packages/contract/package.json does not declare zod",
    ])
  })

  it('stop who enters another package past its door', () => {
    expect(
      check({
        'packages/manifest/src/a.ts':
          "import { load } from '@longshore/contract/src/load.ts'\nimport { load as again } from '../../contract/src/load.ts'\n",
      }),
    ).toEqual([
      "packages/manifest/src/a.ts:1: import { load } from '@longshore/contract/src/load.ts' — not a public door of @longshore/contract (@longshore/contract)",
      "packages/manifest/src/a.ts:2: import { load as again } from '../../contract/src/load.ts' — relative imports stay inside packages/manifest; other packages have a public door",
    ])
  })

  it('stop who leaves through the own door to come in again', () => {
    const why = 'inside a package files import each other directly, never through the door'
    expect(
      check({
        'packages/contract/src/a.ts':
          "import { load } from './index.ts'\nimport { parse } from '@longshore/contract'\n",
      }),
    ).toEqual([
      `packages/contract/src/a.ts:1: import { load } from './index.ts' — ${why}`,
      `packages/contract/src/a.ts:2: import { parse } from '@longshore/contract' — ${why}`,
    ])
  })

  it('stop a circle, and name the files on it', () => {
    expect(
      check({
        'packages/contract/src/a.ts': "import { b } from './b.ts'\n",
        'packages/contract/src/b.ts': "import type { A } from './a.ts'\n",
      }),
    ).toEqual([
      "packages/contract/src/b.ts:1: import type { A } from './a.ts' — closes a cycle: packages/contract/src/a.ts → packages/contract/src/b.ts → packages/contract/src/a.ts",
    ])
  })

  it('stop a star export', () => {
    expect(check({ 'packages/contract/src/index.ts': "export * from './load.ts'\n" })).toEqual([
      "packages/contract/src/index.ts:1: export * from './load.ts' — a door names what it offers: no `export *`",
    ])
  })

  it('are not fooled by an import inside printed text or a comment', () => {
    const text =
      "// import { a } from '@longshore/runtime'\nexport const printed = `\nimport { a } from '@longshore/runtime'\n`\n"
    expect(check({ 'packages/manifest/src/a.ts': text })).toEqual([])
  })
})
