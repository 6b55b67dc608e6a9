/** A peer and ours on one document, one after the other, round by round. */
import { rmSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { median } from '../kafka/figures.ts'
import { type Cost, measure, summed } from './measure.ts'
import { ours } from './ours.ts'
import type { Peer } from './peers.ts'

/** A peer that takes longer gets three rounds. */
const SLOW_MS = 20_000

export interface Pairing {
  readonly document: string
  /** For the output of both. */
  readonly folder: string
  readonly pairs: number
  /** As of `performance.now()`: no round begins later. */
  readonly endsAt: number
}

export async function besidePeer(peer: Peer, installed: string, { document, folder, pairs: most, endsAt }: Pairing) {
  const out = join(folder, 'theirs')
  const pairs: { readonly ours: Cost; readonly theirs: Cost }[] = []
  let wanted = most
  for (let round = 0; round <= wanted; round += 1) {
    if (performance.now() > endsAt) break
    rmSync(out, { recursive: true, force: true })
    try {
      const pair = {
        theirs: await measure([join(installed, peer.script), resolve(document), out], { cwd: installed }),
        ours: await ours(peer.task, document, folder),
      }
      if (round > 0) pairs.push(pair)
      else if (pair.theirs.wallMs > SLOW_MS) wanted = Math.min(wanted, 3)
      console.error(
        `${peer.name} ${round}: ${pair.theirs.wallMs.toFixed(0)} ms, ours ${pair.ours.wallMs.toFixed(0)} ms`,
      )
    } catch (error) {
      return { failed: error instanceof Error ? error.message : String(error) }
    }
  }
  if (pairs.length === 0) return { skipped: 'the time was up' }
  return {
    task: peer.task,
    versions: peer.packages,
    remark: peer.remark,
    document: peer.document ?? 'full',
    pairs: pairs.length,
    ours: summed(pairs.map((pair) => pair.ours)),
    theirs: summed(pairs.map((pair) => pair.theirs)),
    wallRatio: median(pairs.map((pair) => pair.theirs.wallMs / pair.ours.wallMs)),
    cpuRatio: median(pairs.map((pair) => pair.theirs.cpuMs / pair.ours.cpuMs)),
  }
}
