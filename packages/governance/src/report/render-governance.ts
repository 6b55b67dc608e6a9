import type { Diagnostic } from '@longshore/contract'
import type { Manifest } from '@longshore/manifest'
import { renderDeadLetters } from './dead-letters.ts'
import { renderDelivery } from './delivery-overview.ts'
import { renderFanOut } from './fan-out.ts'
import { partsOf } from './flow.ts'
import { code, plain, table } from './markdown.ts'
import { renderMermaid } from './mermaid.ts'
import { renderPiiRetention } from './pii-retention.ts'
import { renderReplay } from './replay.ts'
import { type GovernanceReport, reportGovernance } from './report.ts'

/** GOVERNANCE.md: six sections, then the findings. No clock, no order but the document's: the same manifests give the same bytes. */
export function renderGovernance(manifests: readonly Manifest[], diagnostics: readonly Diagnostic[] = []): string {
  const report = reportGovernance(manifests, diagnostics)
  const sections = [
    summary(report),
    ['## 1. Event delivery', renderDelivery(report.delivery)],
    ['## 2. Personal data and how long it is kept', renderPiiRetention(report.piiRetention)],
    ['## 3. Dead letters', renderDeadLetters(report.deadLetters)],
    ['## 4. Fan-out', renderFanOut(report.fanOut)],
    ['## 5. Replay', renderReplay(report.replay)],
    ['## 6. Event flow', renderFlow(report)],
    ...(diagnostics.length > 0 ? [['## Findings', renderFindings(diagnostics)]] : []),
  ]
  return `${sections.flat().join('\n\n')}\n`
}

function summary({ sources, events, findings }: GovernanceReport): readonly string[] {
  const { error, warn, info } = findings
  const counts = `${error} errors, ${warn} warnings, ${info} notes`
  return ['# Governance', `${events} events of ${sources.map(code).join(', ') || 'no document'}: ${counts}.`]
}

function renderFlow({ flow }: GovernanceReport): string {
  if (flow.edges.length === 0) return 'There is no event.'
  return partsOf(flow)
    .map((part) => ['```mermaid', renderMermaid(part), '```'].join('\n'))
    .join('\n\n')
}

function renderFindings(diagnostics: readonly Diagnostic[]): string {
  const rows = diagnostics.map(({ severity, code: name, at, message, fix }) => [
    severity,
    code(name),
    code(`${at.file}:${at.line}:${at.column}`),
    plain(`${message} ${fix}`),
  ])
  return table(['Severity', 'Rule', 'Where', 'What, and what to do'], rows)
}
