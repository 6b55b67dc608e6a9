import { type Diagnostic, type LoadOptions, loadContract } from '@longshore/contract'
import type { Manifest } from './manifest.ts'
import type { Review } from './reviews/review.ts'
import { toManifests } from './to-manifests.ts'

export interface ImportOptions extends LoadOptions {
  /** Decisions of people that stand above what is detected. Default: none. */
  readonly overrides?: readonly Review[]
}

export interface ImportResult {
  /** Empty when the document could not be read; look for errors among the diagnostics. */
  readonly manifests: readonly Manifest[]
  readonly diagnostics: readonly Diagnostic[]
}

/** From an AsyncAPI document to its manifests. Never rejects for what the document holds. */
export async function importAsyncAPI(
  path: string,
  { overrides, ...options }: ImportOptions = {},
): Promise<ImportResult> {
  const { contract, diagnostics } = await loadContract(path, options)
  return { manifests: contract ? toManifests(contract, { ...(overrides && { overrides }) }) : [], diagnostics }
}
