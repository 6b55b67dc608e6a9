/** What every measurement says beside its numbers, and how numbers are summed up. */
import { cpus, loadavg, platform, totalmem } from 'node:os'

/** The load is that of the last minute: it tells whether the machine had other things to do. */
export function circumstances() {
  const gib = Math.round(totalmem() / 2 ** 30)
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}, ${gib} GiB, ${platform()}, Node ${process.version}`,
    load: loadavg()[0],
  }
}

export function median(numbers: readonly number[]): number {
  return quantile(numbers, 0.5)
}

/** The value below which the share `q` lies, interpolated. */
export function quantile(numbers: readonly number[], q: number): number {
  const sorted = numbers.toSorted((one, other) => one - other)
  const place = (sorted.length - 1) * q
  const below = sorted[Math.floor(place)] ?? Number.NaN
  const above = sorted[Math.ceil(place)] ?? below
  return below + (above - below) * (place - Math.floor(place))
}
