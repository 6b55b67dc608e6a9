import type { Field, Manifest } from '@longshore/manifest'

/** The personal fields of an event, payload first, then headers. */
export function piiOf({ schema }: Manifest): readonly Field[] {
  return [...schema.fields, ...(schema.header_fields ?? [])].filter(({ pii }) => pii)
}

export function hasPii(manifest: Manifest): boolean {
  return piiOf(manifest).length > 0
}

/** Paths for a sentence: `user.email, user.phone and 3 more`. */
export function listed(paths: readonly string[], shown = 3): string {
  const rest = paths.length - shown
  return rest > 0 ? `${paths.slice(0, shown).join(', ')} and ${rest} more` : paths.join(', ')
}
