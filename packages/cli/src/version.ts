import { readFile } from 'node:fs/promises'

/** The version in the package's own package.json. */
export async function version(): Promise<string> {
  const text = await readFile(new URL('../package.json', import.meta.url), 'utf8')
  const facts: { readonly version?: unknown } = JSON.parse(text)
  return String(facts.version)
}
