import { access, mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import type { Command } from '../command.ts'
import { SAMPLE_CONTRACT } from '../sample-contract.ts'

const CONFIG = `# What longshore would otherwise be told each time. Flags and environment come before it.
contracts: [contracts/orders.yaml]
output: src/consumers
failOn: error
# How consumers are printed, as the flags of longshore generate consumer name it:
# generator: { inbox: postgres, producers: true, provision: [script, strimzi] }
# Decisions of people, each with its reason; they survive every import:
# reviews:
#   - { kind: pii, event: order.placed, field: delivery.note, decision: confirm, reason: people write their names there }
`

export const init: Command = {
  usage: '[folder]',
  about: 'Starts a project: longshore.yaml and a sample contract to change. Touches no file that is there.',
  flags: {},
  examples: [
    ['longshore init', 'in this folder'],
    [
      'longshore init orders && cd orders && longshore check && longshore generate consumer',
      'from nothing to a consumer',
    ],
  ],
  async run({ positionals, flags, io }) {
    const folder = resolve(io.cwd, positionals[0] ?? '.')
    const files = { 'longshore.yaml': CONFIG, 'contracts/orders.yaml': SAMPLE_CONTRACT }
    const present = await existing(Object.keys(files).map((name) => join(folder, name)))
    if (present.length > 0) {
      io.note(`longshore: ${present.join(' and ')} exist already. Nothing was written; choose another folder.`)
      return 1
    }
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), text, { flag: 'wx' })
    }
    io.print(
      flags.json === true
        ? JSON.stringify({ folder, files: Object.keys(files) })
        : `wrote ${Object.keys(files).join(' and ')} in ${folder}\nNext: longshore check, then longshore generate consumer`,
    )
    return 0
  },
}

async function existing(paths: readonly string[]): Promise<readonly string[]> {
  const found = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => path,
        () => undefined,
      ),
    ),
  )
  return found.filter((path) => path !== undefined)
}
