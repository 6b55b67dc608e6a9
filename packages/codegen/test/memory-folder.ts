import type { OutputFolder } from '../src/output/output-folder.ts'

/** An output folder in memory. */
export function memoryFolder(
  files: { readonly [path: string]: string } = {},
): OutputFolder & { readonly files: Map<string, string> } {
  const texts = new Map(Object.entries(files))
  return {
    files: texts,
    list: () => [...texts.keys()],
    read: (path) => texts.get(path),
    replace(written, stale) {
      for (const { path, text } of written) texts.set(path, text)
      for (const path of stale) texts.delete(path)
    },
  }
}
