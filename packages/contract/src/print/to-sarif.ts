/** Diagnostics as SARIF 2.1.0 (OASIS), which code hosts show beside the lines of a change. */
import { isAbsolute } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Diagnostic, Severity } from '../diagnostic.ts'
import { CONTRACT_CODES } from '../rules/contract-codes.ts'

export interface SarifOptions {
  /** Version of the tool that speaks. Default: left out. */
  readonly version?: string
  /** What the codes mean that this package does not know, for the viewer's help. Default: none. */
  readonly rules?: readonly { readonly code: string; readonly about: string }[]
}

/** The parts of a SARIF log that are written here. */
export interface SarifLog {
  readonly $schema: string
  readonly version: '2.1.0'
  readonly runs: readonly SarifRun[]
}

interface SarifRun {
  readonly tool: {
    readonly driver: { readonly name: string; readonly version?: string; readonly rules: readonly SarifRule[] }
  }
  readonly columnKind: 'utf16CodeUnits'
  readonly results: readonly SarifResult[]
}

interface SarifRule {
  readonly id: string
  readonly shortDescription: { readonly text: string }
}

interface SarifResult {
  readonly ruleId: string
  readonly ruleIndex: number
  readonly level: 'error' | 'warning' | 'note'
  readonly message: { readonly text: string }
  readonly locations: readonly unknown[]
  readonly properties?: { readonly confidence: number }
}

const LEVELS: { readonly [severity in Severity]: SarifResult['level'] } = {
  error: 'error',
  warn: 'warning',
  info: 'note',
}

export function toSarif(diagnostics: readonly Diagnostic[], { version, rules = [] }: SarifOptions = {}): SarifLog {
  const known = new Map([...CONTRACT_CODES, ...rules].map(({ code, about }) => [code, about]))
  const codes = [...new Set(diagnostics.map(({ code }) => code))]
  const described = codes.map((id) => ({ id, shortDescription: { text: known.get(id) ?? id } }))
  return {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: { driver: { name: 'longshore', ...(version !== undefined && { version }), rules: described } },
        columnKind: 'utf16CodeUnits',
        results: diagnostics.map((diagnostic) => resultOf(diagnostic, codes.indexOf(diagnostic.code))),
      },
    ],
  }
}

function resultOf({ code, severity, message, fix, at, confidence }: Diagnostic, ruleIndex: number): SarifResult {
  return {
    ruleId: code,
    ruleIndex,
    level: LEVELS[severity],
    message: { text: `${message} ${fix}` },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri: uriOf(at.file) },
          region: { startLine: at.line, startColumn: at.column },
        },
        logicalLocations: [{ fullyQualifiedName: at.pointer }],
      },
    ],
    ...(confidence !== undefined && { properties: { confidence } }),
  }
}

/** Relative paths stay relative, so that the log means the same on another machine. */
function uriOf(file: string): string {
  if (/^https?:/.test(file)) return file
  if (isAbsolute(file)) return pathToFileURL(file).href
  return file.replaceAll('\\', '/').split('/').map(encodeURIComponent).join('/')
}
