// What a pile of latencies says. Pure.

export interface Summary {
  count: number
  p50: number
  p95: number
  p99: number
  max: number
}

/** Percentiles by nearest rank, in the unit of the values; NaN where there are none. */
export function summarise(values: readonly number[]): Summary {
  const sorted = Float64Array.from(values).sort()
  const at = (share: number) => sorted[Math.ceil(share * sorted.length) - 1] ?? Number.NaN
  return { count: sorted.length, p50: at(0.5), p95: at(0.95), p99: at(0.99), max: at(1) }
}
