/**
 * `longshore check` and `longshore generate`, as built, beside what one would use instead: whole processes, interleaved, the same
 * document for both of a pair. Needs `npm run build`. The peers are installed into a temporary folder; one that cannot be is left out.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { print, RESULTS, type Verdict } from '../kafka/report.ts'
import { besidePeer } from './beside-peer.ts'
import { writeFlatDocument } from './flat-document.ts'
import { installPeer } from './install-peer.ts'
import { ownFigures } from './own-figures.ts'
import { PEERS, type Peer } from './peers.ts'

const USAGE = `node --conditions=source bench/codegen/main.ts

  --specs FOLDER   documents, kafka50-v3.yaml among them  (../shared/bench/specs)
  --pairs N        measured rounds; one more comes first, to warm up. A peer that takes over 20 s gets 3  (7)
  --peer NAME      only this one; may be repeated
  --out FOLDER     where the figures are kept as JSON; '' keeps none  (bench/results)
  --limit SECONDS  after which no further round begins  (900)
  --json           print the figures as JSON; progress is on stderr`

const { values } = parseArgs({
  options: {
    specs: { type: 'string', default: '../shared/bench/specs' },
    pairs: { type: 'string', default: '7' },
    peer: { type: 'string', multiple: true, default: [] },
    out: { type: 'string', default: RESULTS },
    limit: { type: 'string', default: '900' },
    json: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

const ROOT = join(import.meta.dirname, '../..')
const endsAt = performance.now() + Number(values.limit) * 1_000
const full = join(values.specs, 'kafka50-v3.yaml')

if (values.help) console.log(USAGE)
else if (!existsSync(full)) console.log(`There is no ${full}: nothing is measured.`)
else if (!existsSync(join(ROOT, 'packages/cli/dist/main.js'))) {
  console.error('The command is not built: npm run build')
  process.exitCode = 1
} else {
  const folder = mkdtempSync(join(tmpdir(), 'longshore-bench-'))
  try {
    await measureAll(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function measureAll(folder: string): Promise<void> {
  const flat = join(folder, 'flat.json')
  writeFlatDocument(full, flat)
  const pairs = Number(values.pairs)
  const own = await ownFigures(values.specs, folder, pairs)
  const beside: { [peer: string]: object } = {}
  const verdicts: Verdict[] = ownVerdicts(own)
  for (const peer of PEERS.filter(({ name }) => values.peer.length === 0 || values.peer.includes(name))) {
    const installed = await installPeer(peer)
    if ('reason' in installed) {
      console.error(installed.reason)
      beside[peer.name] = { skipped: installed.reason }
      continue
    }
    const document = peer.document === 'flat' ? flat : full
    const found = await besidePeer(peer, installed.folder, { document, folder, pairs, endsAt })
    beside[peer.name] = found
    if ('wallRatio' in found) verdicts.push(...peerVerdicts(peer, found.wallRatio))
  }
  await print({ name: 'codegen', figures: { document: 'kafka50-v3.yaml', own, beside }, verdicts }, values)
}

function ownVerdicts(own: Awaited<ReturnType<typeof ownFigures>>): Verdict[] {
  return [
    { about: 'generate 50 consumers, wall ms', value: own.generate.wallMs, atMost: 500 },
    { about: 'heap growth of generating them, MB', value: own.heapGrowthMb, atMost: 50 },
    {
      about: 'text of one consumer in process, cold, ms',
      value: own.inProcess['1']?.consumerColdMs ?? Number.NaN,
      atMost: 5,
    },
    {
      about: 'one consumer with types, validator and tests in process, cold, ms',
      value: own.inProcess['1']?.coldMs ?? Number.NaN,
      atMost: 5,
    },
    { about: 'the same, warm, ms', value: own.inProcess['1']?.warmMs ?? Number.NaN, atMost: 5 },
    { about: 'twenty consumers in process, cold, ms', value: own.inProcess['20']?.coldMs ?? Number.NaN, atMost: 50 },
    { about: 'twenty consumers in process, warm, ms', value: own.inProcess['20']?.warmMs ?? Number.NaN, atMost: 50 },
  ]
}

function peerVerdicts({ name, task }: Peer, ratio: number): Verdict[] {
  if (task === 'check') return [{ about: `times faster than ${name}`, value: ratio, atLeast: 5 }]
  return task === 'consumers' ? [{ about: `times faster than ${name}`, value: ratio, atLeast: 7 }] : []
}
