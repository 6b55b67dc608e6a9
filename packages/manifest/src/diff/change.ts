import type { ManifestSchema } from '../manifest.ts'

/**
 * Avro's words, said of what was and what will be:
 *
 * | class | new readers on old data | old readers on new data |
 * | --- | --- | --- |
 * | `full` | work | work |
 * | `backward` | work | may break |
 * | `forward` | may break | work |
 * | `breaking` | may break | may break |
 */
export type Compatibility = 'full' | 'backward' | 'forward' | 'breaking'

/**
 * The side that breaks by moving first. `reader`: one on the new contract, given data of a writer still on the old one. `writer`: one
 * on the new contract, whose data readers still on the old one refuse.
 */
export type Breaks = 'none' | 'reader' | 'writer' | 'both'

/** How an event's version moves. */
export type Advice = 'major' | 'minor' | 'patch'

/** One difference between two versions of an event. */
export interface Change {
  readonly kind: 'event' | 'payload' | 'headers' | 'key' | 'delivery' | 'retention'
  /** `user.created` */
  readonly event: string
  readonly urn: string
  /** What changed: a path in the data (`user.address.street`), a delivery fact (`dlq`), or `''` for the whole. */
  readonly path: string
  /** JSON Pointer in the manifest: the new one, or the old one where the thing is gone. */
  readonly pointer: string
  /** The contract's name of the schema that changed, when it has one. */
  readonly schema?: string
  readonly compatibility: Compatibility
  readonly breaks: Breaks
  /** Why, in one sentence per side that breaks. */
  readonly reason: string
  /**
   * Only data under names that the other contract never declared can break: it left its objects open, so nothing is promised. The
   * class stays strict; the advice does not count it.
   */
  readonly undeclaredOnly: boolean
  readonly advice: Advice
}

/** What the sides of a change do, before it has a class and a place. */
export interface Effect {
  /** Why new readers may break on old data. */
  readonly newReader?: string | undefined
  /** Why old readers may break on new data. */
  readonly oldReader?: string | undefined
}

export function classOf({ newReader, oldReader }: Effect): Compatibility {
  if (newReader !== undefined) return oldReader === undefined ? 'forward' : 'breaking'
  return oldReader === undefined ? 'full' : 'backward'
}

export function breaksOf(compatibility: Compatibility): Breaks {
  return ({ full: 'none', backward: 'writer', forward: 'reader', breaking: 'both' } as const)[compatibility]
}

type Policy = ManifestSchema['compatibility']['policy']

/** The classes that each promise allows. `none` promises nothing but that some order of upgrading works. */
const KEPT: { readonly [policy in Policy]: readonly Compatibility[] } = {
  backward: ['full', 'backward'],
  forward: ['full', 'forward'],
  full: ['full'],
  none: ['full', 'backward', 'forward'],
}

/** `major` where a change breaks the compatibility that the old event promised, else `minor`. */
export function adviceOn(compatibility: Compatibility, promised: Policy, undeclaredOnly = false): Advice {
  return undeclaredOnly || KEPT[promised].includes(compatibility) ? 'minor' : 'major'
}

const RANK: readonly Advice[] = ['patch', 'minor', 'major']

/** The advice on all changes together. Nothing changed: `patch`. */
export function semverAdvice(changes: readonly Change[]): Advice {
  return RANK[Math.max(0, ...changes.map(({ advice }) => RANK.indexOf(advice)))] ?? 'patch'
}
