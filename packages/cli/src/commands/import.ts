import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { renderDiagnostics } from '@longshore/contract'
import type { Manifest } from '@longshore/manifest'
import { type Command, textFlag } from '../command.ts'
import { DOCUMENT_FLAGS, readDocuments } from '../documents.ts'
import type { Io } from '../io.ts'

export const importManifests: Command = {
  usage: '<document…> [options]',
  about: 'Reads AsyncAPI 2.x and 3.x and writes one event manifest (event-protocol/v1) per channel and message.',
  flags: {
    ...DOCUMENT_FLAGS,
    out: { type: 'string', value: '<folder>', about: 'write <event>.manifest.json files there; default: print them' },
  },
  examples: [
    ['longshore import contracts/user-events.yaml --out manifests', 'one file per event'],
    ['longshore import contracts/user-events.yaml --only user.created --json', 'one manifest, printed'],
    ['protocol-discover asyncapi contracts/user-events.yaml', 'the same command by its other name'],
  ],
  async run(invocation) {
    const { flags, io } = invocation
    const documents = await readDocuments(invocation)
    const errors = documents.flatMap(({ diagnostics }) => diagnostics).filter(({ severity }) => severity === 'error')
    if (errors.length > 0) {
      io.note(renderDiagnostics(errors, { color: io.color }))
      io.note('Nothing was written. Correct the errors above, then import again.')
      return 1
    }
    const manifests = documents.flatMap((document) => document.manifests)
    const out = textFlag(flags, 'out')
    if (out === undefined) {
      io.print(JSON.stringify(manifests.length === 1 ? manifests[0] : manifests, null, 2))
      return 0
    }
    const files = await writeManifests(manifests, resolve(io.cwd, out), io)
    io.print(flags.json === true ? JSON.stringify({ files }) : files.map((file) => `wrote ${file}`).join('\n'))
    return 0
  },
}

/** Each file appears whole or not at all. */
async function writeManifests(manifests: readonly Manifest[], folder: string, io: Io): Promise<readonly string[]> {
  await mkdir(folder, { recursive: true })
  const files = namesOf(manifests).map((name) => join(folder, name))
  for (const [index, file] of files.entries()) {
    io.signal.throwIfAborted()
    await writeFile(`${file}.part`, `${JSON.stringify(manifests[index], null, 2)}\n`)
    await rename(`${file}.part`, file)
  }
  return files
}

/** File names that stay apart when two channels carry an event of the same name. */
function namesOf(manifests: readonly Manifest[]): readonly string[] {
  const taken = new Map<string, number>()
  return manifests.map(({ event }) => {
    const base = event.name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^[.-]+/, '') || 'event'
    const count = (taken.get(base.toLowerCase()) ?? 0) + 1
    taken.set(base.toLowerCase(), count)
    return `${base}${count === 1 ? '' : `-${count}`}.manifest.json`
  })
}
