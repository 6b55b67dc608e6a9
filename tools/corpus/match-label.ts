import type { Row } from './corpus.ts'
import type { FieldReport } from './read-document.ts'

/**
 * The fields a label is about. A label's path starts with the name of a component, a message or a channel and goes on with
 * properties: `Address.street`, `UserSignedUp.(payload).age`. A component may be reached through several messages, so several
 * fields can answer. Where no field of a message answers, the component by itself is asked, and at last whatever has the name.
 */
export function fieldsFor(label: Row, fields: readonly FieldReport[]): readonly FieldReport[] {
  const sameName = fields.filter((field) => field.name === label.name && mayBe(label, field))
  const path = plain(label.path ?? '')
  const exact = sameName.filter(({ qualified }) => qualified.some((name) => plain(name) === path))
  const ofMessages = exact.filter(({ unused }) => !unused)
  if (exact.length > 0) return ofMessages.length > 0 ? ofMessages : exact
  return sameName.filter(({ description }) => sameText(label.description, description))
}

/** Without what marks arrays, tuples and parts of a message, so that both spellings of a path are one. */
function plain(path: string): string {
  return path
    .replaceAll(/\[\]|\((payload|headers)\)/g, '')
    .split(/[.#]/)
    .filter((part) => part !== '' && !/^\d+$/.test(part))
    .join('.')
}

function mayBe({ path = '' }: Row, { header }: FieldReport): boolean {
  if (path.includes('.(headers).')) return header
  return !(path.includes('.(payload).') && header)
}

/** Labels keep the beginning of long descriptions. */
function sameText(label = '', description = ''): boolean {
  const text = description.replaceAll(/\s+/g, ' ').trim()
  return label === '' ? text === '' : text.startsWith(label.trim())
}
