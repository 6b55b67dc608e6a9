import type { Row } from './corpus.ts'
import { fieldsFor } from './match-label.ts'
import type { DocumentReport, FieldReport } from './read-document.ts'

export interface PiiScore {
  /** Labelled properties that count: `yes` or `no`, in a document that is there. */
  readonly labels: number
  readonly precision: number
  readonly recall: number
  /** Expected calibration error over what was found, in ten bins: how far the confidences are from the share that is right. */
  readonly calibrationError: number
  readonly byTier: Readonly<Record<string, TierScore>>
  /** By the label's category. */
  readonly byCategory: Readonly<Record<string, CategoryScore>>
  /** Labels for which no manifest has a field; those that are personal count as missed. */
  readonly unmatched: readonly string[]
  readonly missed: readonly string[]
  readonly wronglyFound: readonly string[]
}

export interface TierScore {
  readonly found: number
  readonly precision: number
  readonly meanConfidence: number
}

export interface CategoryScore {
  readonly labelled: number
  readonly recall: number
}

interface Judgement {
  readonly label: Row
  readonly personal: boolean
  readonly matched: boolean
  readonly finding?: FieldReport
}

/** Compares the personal data found with the labels; ambiguous labels count neither as hit nor as miss. */
export function scorePii(labels: readonly Row[], reports: ReadonlyMap<string, DocumentReport>): PiiScore {
  const judgements = labels
    .filter(({ pii, file = '' }) => pii !== 'ambiguous' && reports.has(file))
    .map((label) => judge(label, reports))
  const found = judgements.filter(({ finding }) => finding)
  const personal = judgements.filter(({ personal }) => personal)
  const hits = found.filter(({ personal }) => personal)
  return {
    labels: judgements.length,
    precision: share(hits.length, found.length),
    recall: share(hits.length, personal.length),
    calibrationError: calibrationError(found),
    byTier: mapGroups(found, ({ finding }) => finding?.tier ?? '', tierScore),
    byCategory: mapGroups(personal, ({ label }) => label.category ?? '', categoryScore),
    unmatched: judgements.filter(({ matched }) => !matched).map(printed),
    missed: personal.filter(({ finding }) => !finding).map(printed),
    wronglyFound: found.filter(({ personal }) => !personal).map(printed),
  }
}

/** What was found for a label: among several fields that answer, the surest finding. */
function judge(label: Row, reports: ReadonlyMap<string, DocumentReport>): Judgement {
  const fields = fieldsFor(label, reports.get(label.file ?? '')?.fields ?? [])
  const [finding] = fields.filter(({ pii }) => pii).sort((a, b) => (b.confidence ?? 0) - (a.confidence ?? 0))
  return { label, personal: label.pii === 'yes', matched: fields.length > 0, ...(finding && { finding }) }
}

const BINS = 10

function calibrationError(found: readonly Judgement[]): number {
  const bins = Map.groupBy(found, ({ finding }) => Math.min(BINS - 1, Math.floor((finding?.confidence ?? 0) * BINS)))
  const errors = [...bins.values()].map((bin) => bin.length * Math.abs(meanConfidence(bin) - precision(bin)))
  return found.length === 0 ? 0 : errors.reduce((sum, error) => sum + error, 0) / found.length
}

function tierScore(found: readonly Judgement[]): TierScore {
  return { found: found.length, precision: precision(found), meanConfidence: meanConfidence(found) }
}

function categoryScore(personal: readonly Judgement[]): CategoryScore {
  return { labelled: personal.length, recall: share(personal.filter(({ finding }) => finding).length, personal.length) }
}

function precision(found: readonly Judgement[]): number {
  return share(found.filter(({ personal }) => personal).length, found.length)
}

function meanConfidence(found: readonly Judgement[]): number {
  return share(
    found.reduce((sum, { finding }) => sum + (finding?.confidence ?? 0), 0),
    found.length,
  )
}

function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole
}

function mapGroups<T, S>(
  items: readonly T[],
  key: (item: T) => string,
  score: (group: readonly T[]) => S,
): Record<string, S> {
  const groups = [...Map.groupBy(items, key)].sort(([, a], [, b]) => b.length - a.length)
  return Object.fromEntries(groups.map(([name, group]) => [name, score(group)]))
}

function printed({ label, finding }: Judgement): string {
  const judged = finding
    ? `found as ${finding.category} ${finding.confidence} at ${finding.path}`
    : (label.category ?? '')
  return `${label.file} ${label.path}: ${judged}`
}
