/** How a measurement is printed and kept. */
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { circumstances } from './figures.ts'

export const RESULTS = fileURLToPath(new URL('../results', import.meta.url))

/** A figure beside what is asked of it. */
export interface Verdict {
  readonly about: string
  readonly value: number
  readonly atLeast?: number
  readonly atMost?: number
}

export interface Report {
  /** File name without ending. */
  readonly name: string
  /** Plain data. */
  readonly figures: { readonly [name: string]: unknown }
  readonly verdicts: readonly Verdict[]
}

export async function print(
  { name, figures, verdicts }: Report,
  { json, out }: { readonly json: boolean; readonly out: string },
): Promise<void> {
  const judged = verdicts.map((verdict) => ({ ...verdict, met: isMet(verdict) }))
  const all = JSON.stringify({ ...circumstances(), ...figures, verdicts: judged }, roundedTo, 2)
  if (out !== '') await writeFile(join(out, `${name}.json`), `${all}\n`)
  console.log(json ? all : [flat(JSON.parse(all)), ...judged.map(sentence)].join('\n'))
}

export function isMet({
  value,
  atLeast = Number.NEGATIVE_INFINITY,
  atMost = Number.POSITIVE_INFINITY,
}: Verdict): boolean {
  return value >= atLeast && value <= atMost
}

function sentence({ about, value, atLeast, atMost, met }: Verdict & { readonly met: boolean }): string {
  const bound = atLeast === undefined ? `at most ${shown(atMost)}` : `at least ${shown(atLeast)}`
  return `${met ? 'met   ' : 'MISSED'}  ${about}: ${shown(value)} (${bound})`
}

/** One line per figure, nested ones joined by a dot. */
function flat(figures: object, above = ''): string {
  return Object.entries(figures)
    .filter(([name]) => name !== 'verdicts')
    .map(([name, value]) =>
      typeof value === 'object' && value !== null && !Array.isArray(value)
        ? flat(value, `${above}${name}.`)
        : `${above}${name}: ${Array.isArray(value) ? value.join(' ') : value}`,
    )
    .join('\n')
}

function shown(value: number | undefined): string {
  return value === undefined ? '' : String(Number(value.toPrecision(4)))
}

function roundedTo(_name: string, value: unknown): unknown {
  return typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(5)) : value
}
