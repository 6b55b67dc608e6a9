/** A strict reader of Prometheus' text format, version 0.0.4: throws at the first line that breaks its rules. */

export interface Series {
  readonly name: string
  readonly labels: ReadonlyMap<string, string>
  readonly value: number
}

export interface Family {
  readonly name: string
  readonly type: string
  readonly series: readonly Series[]
}

const NAME = '[a-zA-Z_:][a-zA-Z0-9_:]*'
const LABEL = '[a-zA-Z_][a-zA-Z0-9_]*="(?:[^"\\\\\\n]|\\\\["\\\\n])*"'
const HELP = new RegExp(`^# HELP (${NAME}) ((?:[^\\\\]|\\\\[\\\\n])*)$`)
const TYPE = new RegExp(`^# TYPE (${NAME}) (counter|gauge|histogram|summary|untyped)$`)
const SAMPLE = new RegExp(
  `^(${NAME})(?:\\{((?:${LABEL})(?:,${LABEL})*)\\})? (\\+Inf|-Inf|NaN|-?[0-9]+(?:\\.[0-9]+)?(?:e[+-]?[0-9]+)?)$`,
)

export function readExposition(text: string): readonly Family[] {
  if (!text.endsWith('\n')) throw new Error('The last line does not end.')
  const families = new Map<string, { name: string; type: string; series: Series[] }>()
  let helped = ''
  let current: { name: string; type: string; series: Series[] } | undefined
  for (const line of text.slice(0, -1).split('\n')) {
    const help = HELP.exec(line)
    const type = TYPE.exec(line)
    if (help !== null) helped = help[1] ?? ''
    else if (type !== null) {
      const [, name = '', kind = ''] = type
      if (helped !== name || families.has(name)) throw new Error(`Not once, or not behind its help: ${line}`)
      current = { name, type: kind, series: [] }
      families.set(name, current)
    } else {
      const sample = readSample(line)
      if (current === undefined || !belongs(sample.name, current)) throw new Error(`Out of its family: ${line}`)
      current.series.push(sample)
    }
  }
  const all = [...families.values()]
  for (const family of all) checkFamily(family)
  return all
}

function readSample(line: string): Series {
  const found = SAMPLE.exec(line)
  if (found === null) throw new Error(`No line of the format: ${line}`)
  const [, name = '', labels = '', value = ''] = found
  const pairs = [...labels.matchAll(new RegExp(`(${NAME})="((?:[^"\\\\]|\\\\.)*)"`, 'g'))]
  const named = new Map(pairs.map(([, label = '', content = '']) => [label, content]))
  if (named.size !== pairs.length) throw new Error(`A label twice: ${line}`)
  return { name, labels: named, value: value === '+Inf' ? Number.POSITIVE_INFINITY : Number(value) }
}

function belongs(sample: string, { name, type }: Pick<Family, 'name' | 'type'>): boolean {
  if (type !== 'histogram') return sample === name
  return [`${name}_bucket`, `${name}_sum`, `${name}_count`].includes(sample)
}

function checkFamily({ name, type, series }: Family): void {
  const seen = series.map((one) => `${one.name}${JSON.stringify([...one.labels].sort())}`)
  if (new Set(seen).size !== seen.length) throw new Error(`A series twice: ${name}`)
  if (type === 'counter' && !name.endsWith('_total')) throw new Error(`A counter that does not end in _total: ${name}`)
  if (type === 'counter' && series.some(({ value }) => !(value >= 0))) throw new Error(`A negative counter: ${name}`)
  if (type === 'histogram') for (const one of byLabels(series)) checkHistogram(name, one)
}

/** The series of one histogram after the other: those whose labels agree but for `le`. */
function byLabels(series: readonly Series[]): readonly (readonly Series[])[] {
  const labelsOf = ({ labels }: Series) => JSON.stringify([...labels].filter(([label]) => label !== 'le').sort())
  return [...Map.groupBy(series, labelsOf).values()]
}

function checkHistogram(name: string, series: readonly Series[]): void {
  const buckets = series.filter((one) => one.name.endsWith('_bucket'))
  const bounds = buckets.map(({ labels }) => Number(labels.get('le')?.replace('+Inf', 'Infinity')))
  const counts = buckets.map(({ value }) => value)
  const rises = (values: readonly number[]) => values.every((value, n) => n === 0 || value >= (values[n - 1] ?? 0))
  const total = series.find((one) => one.name === `${name}_count`)?.value
  if (bounds.some(Number.isNaN) || !rises(bounds) || !rises(counts))
    throw new Error(`Buckets that do not rise: ${name}`)
  if (bounds.at(-1) !== Number.POSITIVE_INFINITY || counts.at(-1) !== total)
    throw new Error(`No +Inf or a wrong count: ${name}`)
  if (!series.some((one) => one.name === `${name}_sum`)) throw new Error(`No sum: ${name}`)
}
