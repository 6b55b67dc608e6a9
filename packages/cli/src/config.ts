import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import type { Review } from '@longshore/manifest'
import { load } from 'js-yaml'
import { parseReviews } from './reviews.ts'
import { UsageError } from './usage-error.ts'

/** `longshore.yaml`: what would otherwise be typed each time. Paths are relative to the file. */
export interface Config {
  /** Where it was read; absent when there is none. */
  readonly file?: string
  /** AsyncAPI documents. */
  readonly contracts: readonly string[]
  /** Where consumers are printed. */
  readonly output?: string
  /** Generator options, as the flags of `generate consumer` name them. */
  readonly generator: { readonly [option: string]: unknown }
  /** Confirmed, rejected and added PII fields, transports and retentions, each with its reason. */
  readonly reviews: readonly Review[]
  readonly failOn?: string
}

const EMPTY: Config = Object.freeze({ contracts: [], generator: {}, reviews: [] })

const KEYS = new Set(['contracts', 'output', 'generator', 'reviews', 'failOn'])

/** Reads `file`, or `longshore.yaml` in `cwd` when there is one. A file that was named must exist. */
export function readConfig(cwd: string, file: string | undefined): Config {
  const path = resolve(cwd, file ?? 'longshore.yaml')
  const text = readText(path, file !== undefined)
  return text === undefined ? EMPTY : parseConfig(text, path)
}

function readText(path: string, isNamed: boolean): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if (!isNamed && isMissing(error)) return undefined
    throw new UsageError(
      `Cannot read the configuration ${path}: ${isMissing(error) ? 'there is no such file' : 'check that it may be read'}.`,
    )
  }
}

function parseConfig(text: string, path: string): Config {
  const value = parseYaml(text, path) ?? {}
  if (!isRecord(value)) throw new UsageError(`${path}: expected a mapping with ${[...KEYS].join(', ')}.`)
  const unknown = Object.keys(value).find((key) => !KEYS.has(key))
  if (unknown !== undefined)
    throw new UsageError(`${path}: unknown key "${unknown}"; known are ${[...KEYS].join(', ')}.`)
  const { contracts = [], output, generator = {}, reviews = [], failOn } = value
  if (!Array.isArray(contracts) || !contracts.every((item) => typeof item === 'string'))
    throw new UsageError(`${path}: contracts must be a list of paths.`)
  const parsed = Array.isArray(reviews) ? parseReviews(reviews) : 'reviews must be a list'
  if (typeof parsed === 'string') throw new UsageError(`${path}: ${parsed}.`)
  if (!isRecord(generator)) throw new UsageError(`${path}: generator must be a mapping.`)
  const folder = dirname(path)
  return {
    file: path,
    contracts: contracts.map((contract) => resolve(folder, contract)),
    generator,
    reviews: parsed,
    ...(typeof output === 'string' ? { output: resolve(folder, output) } : {}),
    ...(typeof failOn === 'string' ? { failOn } : {}),
  }
}

function parseYaml(text: string, path: string): unknown {
  try {
    return load(text)
  } catch (error) {
    throw new UsageError(
      `${path} is not YAML: ${error instanceof Error ? error.message.split('\n')[0] : 'unreadable'}.`,
    )
  }
}

function isRecord(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
