import type { CorpusDocument, Row } from './corpus.ts'
import type { Outcome } from './read-all.ts'

export interface DocumentScore extends Counts {
  readonly byTier: Readonly<Record<string, Counts>>
  readonly manifests: number
  /** Manifests that do not validate against their own schema. */
  readonly invalidManifests: readonly string[]
  /** Documents that were killed or ended their thread. */
  readonly failures: readonly string[]
  /** Documents that the reference parser calls valid and we refuse, with our reason. */
  readonly refusedAlone: readonly string[]
}

export interface Counts {
  readonly total: number
  readonly imported: number
  readonly refused: number
  readonly hangs: number
  readonly crashes: number
}

/** Counts what became of the documents, and names those about which we disagree with the reference parser. */
export function scoreDocuments(
  documents: readonly CorpusDocument[],
  outcomes: readonly Outcome[],
  validity: readonly Row[],
): DocumentScore {
  const tiers = new Map(documents.map(({ name, tier }) => [name, tier]))
  const groups = [...Map.groupBy(outcomes, ({ name }) => tiers.get(name) ?? 'unlabelled')].sort(([a], [b]) =>
    a.localeCompare(b),
  )
  const valid = new Set(validity.filter(({ status }) => status === 'valid').map(({ file }) => file))
  return {
    ...count(outcomes),
    byTier: Object.fromEntries(groups.map(([tier, group]) => [tier, count(group)])),
    manifests: outcomes.reduce((sum, outcome) => sum + ('manifests' in outcome ? outcome.manifests : 0), 0),
    invalidManifests: outcomes.flatMap((outcome) =>
      'manifests' in outcome ? outcome.invalidManifests.map((message) => `${outcome.name}: ${message}`) : [],
    ),
    failures: outcomes.filter(({ outcome }) => outcome === 'hang' || outcome === 'crash').map(printed),
    refusedAlone: outcomes.filter(({ name, outcome }) => outcome === 'refused' && valid.has(name)).map(printed),
  }
}

function count(outcomes: readonly Outcome[]): Counts {
  const ended = (wanted: Outcome['outcome']) => outcomes.filter(({ outcome }) => outcome === wanted).length
  return {
    total: outcomes.length,
    imported: ended('imported'),
    refused: ended('refused'),
    hangs: ended('hang'),
    crashes: ended('crash'),
  }
}

function printed({ name, outcome, errors }: Outcome): string {
  return `${name}: ${outcome}: ${errors[0] ?? 'no reason given'}`
}
