/** Imported by what runs as a child: ends with its parent, however that ended. */
process.once('disconnect', () => process.exit(1))

/** Says a word to the parent, when there is one. */
export function tell(word: unknown): void {
  process.send?.(word)
}
