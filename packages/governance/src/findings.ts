import type { Diagnostic, Location } from '@longshore/contract'
import type { Manifest } from '@longshore/manifest'
import { tell } from './pattern-rule.ts'
import { listed } from './pii.ts'
import type { Finding } from './rule.ts'
import { RULES } from './rules.ts'

export interface FindingsOptions {
  /** Turns a JSON Pointer of the document into a place in its text, the nearest that exists. */
  readonly locate: (pointer: string) => Location
}

/**
 * What is risky in the events of one document, in the order of its text. Events of one channel that share a finding are named
 * together. Patterns that no rule knows, in a manifest written by hand, are told in their own words.
 */
export function findings(manifests: readonly Manifest[], { locate }: FindingsOptions): readonly Diagnostic[] {
  const found = [...ruleFindings(manifests), ...unknownPatterns(manifests)]
  return together(found)
    .map(({ code, finding, events }) => toDiagnostic(code, finding, events, locate))
    .toSorted(byPlace)
}

interface Found {
  readonly code: string
  readonly finding: Finding
  readonly event: string
}

interface Together extends Omit<Found, 'event'> {
  readonly events: readonly string[]
}

function ruleFindings(manifests: readonly Manifest[]): readonly Found[] {
  return manifests.flatMap((manifest) =>
    RULES.flatMap(({ code, severities: [severity], check }) =>
      check(manifest, manifests).map((finding) => ({
        code,
        finding: { severity, ...finding },
        event: manifest.event.name,
      })),
    ),
  )
}

const KNOWN = new Set(RULES.map(({ code }) => code))

function unknownPatterns(manifests: readonly Manifest[]): readonly Found[] {
  return manifests.flatMap((manifest) =>
    manifest.patterns.detected
      .filter(({ pattern }) => !KNOWN.has(pattern))
      .map((pattern) => ({
        code: pattern.pattern,
        finding: tell(manifest, 'message')(pattern),
        event: manifest.event.name,
      })),
  )
}

function together(found: readonly Found[]): readonly Together[] {
  const groups = Map.groupBy(found, ({ code, finding }) => JSON.stringify([code, finding]))
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    return first
      ? [{ code: first.code, finding: first.finding, events: [...new Set(group.map(({ event }) => event))] }]
      : []
  })
}

function toDiagnostic(
  code: string,
  finding: Finding,
  events: readonly string[],
  locate: FindingsOptions['locate'],
): Diagnostic {
  const { severity = 'info', message, fix, pointer, confidence } = finding
  return {
    code,
    severity,
    message: `${listed(events)}: ${message}`,
    fix,
    at: locate(pointer),
    ...(confidence !== undefined && { confidence }),
  }
}

const RANK = { error: 0, warn: 1, info: 2 }

function byPlace(a: Diagnostic, b: Diagnostic): number {
  const byLine = a.at.line - b.at.line || a.at.column - b.at.column
  return (
    compareText(a.at.file, b.at.file) || byLine || RANK[a.severity] - RANK[b.severity] || compareText(a.code, b.code)
  )
}

function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1
}
