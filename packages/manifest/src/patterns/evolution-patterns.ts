import type { Pattern } from '../manifest.ts'
import type { PatternInput } from './pattern-input.ts'

const MOSTLY_OPTIONAL = 0.7
const RARELY_OPTIONAL = 0.2

/** How freely the payload can change, read from the share of its fields that may be absent. */
export function evolutionPatterns({ schema }: PatternInput): readonly Pattern[] {
  const { fields } = schema
  if (fields.length === 0) return []
  const optional = fields.filter((field) => !field.required).length / fields.length
  if (optional > MOSTLY_OPTIONAL) return [compatible(optional)]
  return optional < RARELY_OPTIONAL ? [rigid(optional)] : [balanced(optional)]
}

function compatible(optional: number): Pattern {
  return {
    pattern: 'backward_compatible_schema',
    confidence: 0.7,
    severity: 'info',
    message: `${percent(optional)} of the fields are optional: readers must expect any of them to be absent.`,
    recommendation: 'Require the fields without which the event means nothing.',
    metadata: metadata(optional),
  }
}

function rigid(optional: number): Pattern {
  return {
    pattern: 'rigid_schema',
    confidence: 0.75,
    severity: 'warn',
    message: `${percent(optional)} of the fields are optional: hardly a field can be dropped without breaking readers.`,
    recommendation: 'Make optional what a reader can do without, and add new fields as optional.',
    metadata: metadata(optional),
  }
}

function balanced(optional: number): Pattern {
  return {
    pattern: 'balanced_schema',
    confidence: 0.65,
    severity: 'info',
    message: `${percent(optional)} of the fields are optional.`,
    recommendation: 'Add new fields as optional, and never change the meaning of one.',
    metadata: metadata(optional),
  }
}

function percent(share: number): string {
  return `${Math.round(share * 100)} %`
}

function metadata(optional: number): Pattern['metadata'] {
  return { optional_share: Math.round(optional * 100) / 100 }
}
