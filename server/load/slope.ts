// How fast a measured quantity grows. Pure.

export interface Sample {
  /** In the unit of time that the slope is wanted for. */
  at: number
  value: number
}

/** Slope of the line of least squares; 0 for fewer than two instants. */
export function slopeOf(samples: readonly Sample[]): number {
  const mean = (pick: (sample: Sample) => number) =>
    samples.reduce((sum, sample) => sum + pick(sample), 0) / samples.length
  const [at, value] = [mean((it) => it.at), mean((it) => it.value)]
  let [above, below] = [0, 0]
  for (const sample of samples) {
    above += (sample.at - at) * (sample.value - value)
    below += (sample.at - at) ** 2
  }
  return below === 0 ? 0 : above / below
}
