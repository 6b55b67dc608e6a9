import type { Diagnostic, Severity } from '@longshore/contract'
import type { Manifest } from '@longshore/manifest'
import { type DeadLetters, deadLetters } from './dead-letters.ts'
import { type DeliveryOverview, deliveryOverview } from './delivery-overview.ts'
import { type FanOut, fanOuts } from './fan-out.ts'
import { type Flow, flowOf } from './flow.ts'
import { type PiiRetention, piiRetentions } from './pii-retention.ts'
import { type ReplayRisk, replayRisks } from './replay.ts'

/** What a contract's events mean for those who answer for them: the content of GOVERNANCE.md as data. */
export interface GovernanceReport {
  /** File names of the documents, without folders. */
  readonly sources: readonly string[]
  readonly events: number
  readonly findings: { readonly [severity in Severity]: number }
  readonly delivery: readonly DeliveryOverview[]
  readonly piiRetention: readonly PiiRetention[]
  readonly deadLetters: readonly DeadLetters[]
  readonly fanOut: readonly FanOut[]
  readonly replay: readonly ReplayRisk[]
  readonly flow: Flow
}

/** The report as data. The same manifests give the same report. */
export function reportGovernance(
  manifests: readonly Manifest[],
  diagnostics: readonly Diagnostic[] = [],
): GovernanceReport {
  const count = (wanted: Severity) => diagnostics.filter(({ severity }) => severity === wanted).length
  return {
    sources: [...new Set(manifests.map(({ metadata }) => metadata.source_file))],
    events: manifests.length,
    findings: { error: count('error'), warn: count('warn'), info: count('info') },
    delivery: manifests.map(deliveryOverview),
    piiRetention: piiRetentions(manifests),
    deadLetters: deadLetters(manifests),
    fanOut: fanOuts(manifests),
    replay: replayRisks(manifests),
    flow: flowOf(manifests),
  }
}
