/** Keywords that say something to people, or only hold what others refer to. */
const SILENT = new Set(
  [
    'title description default example examples deprecated readOnly writeOnly $comment $schema $id id $anchor $defs definitions',
    'contentEncoding contentMediaType contentSchema externalDocs discriminator xml',
  ].flatMap((names) => names.split(' ')),
)

/** Whether a keyword has no say in which values are accepted. */
export function isSilent(name: string): boolean {
  return SILENT.has(name) || name.startsWith('x-')
}
