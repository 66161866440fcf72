// When a bill is paid: the chance of each step of time that a bill still open is paid in it (a discrete
// hazard). Time runs from the customer's own expected day, in units of the customer's own spread, so that
// one curve serves the punctual and the erratic.

/** The curve as data: for each step from `FIRST_EDGE` on, the chance to be paid in it if still open. */
export type Hazards = readonly number[]

/** When a bill was paid, in units of the curve, or until when it was seen open. */
export interface Lifetime {
  readonly at: number
  readonly isPaid: boolean
}

export const STEPS = 60
const WIDTH = 0.2
const FIRST_EDGE = -6
/** What was believed before weighs so many bills at every step. */
const BELIEF_WEIGHT = 20
const LEAST = 0.0005

/** Fits the curve: at each step those paid in it over those still open, drawn to the believed curve. */
export function fitHazards(lifetimes: readonly Lifetime[], believed: Hazards): Hazards {
  const paid = new Array<number>(STEPS).fill(0)
  const open = new Array<number>(STEPS).fill(0)
  for (const { at, isPaid } of lifetimes) {
    const last = stepOf(at)
    // One that is seen open until within a step says nothing about the rest of that step.
    const until = isPaid ? last : last - 1
    for (let step = 0; step <= until; step++) open[step] = (open[step] ?? 0) + 1
    if (isPaid) paid[last] = (paid[last] ?? 0) + 1
  }
  return believed.map((before, step) => {
    const share = (paid[step] ?? 0) + BELIEF_WEIGHT * before
    return Math.min(1 - LEAST, Math.max(LEAST, share / ((open[step] ?? 0) + BELIEF_WEIGHT)))
  })
}

/** The hazards of a normal distribution: what is believed before anything was seen. */
export function normalHazards(): Hazards {
  return Array.from({ length: STEPS }, (_, step) => {
    const [open, left] = [upperTail(edge(step)), upperTail(edge(step + 1))]
    return Math.min(1 - LEAST, Math.max(LEAST, open <= 0 ? 1 : 1 - left / open))
  })
}

/** The chance to be still open at a time; falls from 1 and never rises. */
export function openAt(hazards: Hazards, time: number): number {
  if (time <= FIRST_EDGE) return 1
  let open = 1
  const last = stepOf(time)
  for (let step = 0; step < last; step++) open *= 1 - (hazards[step] ?? 0)
  const part = Math.max(0, (time - edge(last)) / WIDTH)
  return open * (1 - (hazards[last] ?? 0)) ** part
}

/** The time by which a share of the bills still open at `from` is paid. */
export function timeOfShare(
  hazards: Hazards,
  { share, from }: { share: number; from: number },
): number {
  let left = (1 - share) * openAt(hazards, from)
  for (let step = 0; step < STEPS; step++) {
    const stays = 1 - (hazards[step] ?? 0)
    const isLast = step === STEPS - 1
    if (left >= stays || isLast) {
      return Math.max(from, edge(step) + (WIDTH * Math.log(left)) / Math.log(stays))
    }
    left /= stays
  }
  return from
}

function stepOf(time: number): number {
  return Math.min(STEPS - 1, Math.max(0, Math.floor((time - FIRST_EDGE) / WIDTH)))
}

function edge(step: number): number {
  return FIRST_EDGE + step * WIDTH
}

/** The upper tail of the normal distribution (Abramowitz and Stegun 7.1.26; error below 1.5e-7). */
function upperTail(value: number): number {
  const z = Math.abs(value) / Math.SQRT2
  const t = 1 / (1 + 0.3275911 * z)
  const poly =
    ((((1.061405429 * t - 1.453152027) * t + 1.421413741) * t - 0.284496736) * t + 0.254829592) * t
  const tail = 0.5 * poly * Math.exp(-z * z)
  return value >= 0 ? tail : 1 - tail
}
