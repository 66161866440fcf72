// Self-cure: a bill is paid by the seventh day after its due day without anybody acting. What counts as
// one, which bills can tell, and how likely it is for a bill.
import type { DayNumber } from '@parley/sdk/protocol'
import { type Bill, CURE_DAYS } from './bill-history.ts'
import { FEATURES, type FeatureId } from './features.ts'
import { scoreOf, sigmoid } from './fit-weights.ts'
import type { LearningModel, Moment } from './learning-model.ts'
import { type DateModel, paidBy, type SeenBill, seeBill } from './payment-date.ts'

/** How likely, and what moved it most. */
export interface SelfCureChance {
  /** From 0 to 1. */
  readonly chance: number
  /** The largest moves away from the usual bill, largest first. */
  readonly reasons: readonly Reason[]
}

/** By how much a trait moves the odds: above 0 towards payment, in natural logarithms. */
export interface Reason {
  readonly feature: FeatureId
  readonly value: number
  readonly move: number
}

const MOST_REASONS = 3
/** In log odds: what moves a chance by about one percent. */
const LEAST_MOVE = 0.05
const LEAST_CHANCE = 0.001

/** The day at whose beginning a bill is judged. */
export function instantOf(bill: Bill, moment: Moment): DayNumber {
  return moment === 'issue' ? bill.issued : bill.due + 1
}

/**
 * Tells whether a bill cured itself; null where nobody can know: it was already paid or ended before the
 * moment, somebody acted before it was paid, or `until` came too early. `until` is the first day of
 * which nothing is known.
 */
export function hasCured(bill: Bill, moment: Moment, until: DayNumber): boolean | null {
  const { settled, contacted, ended, due } = bill
  const at = instantOf(bill, moment)
  if (Math.min(settled, ended) < at || at > until) return null
  const last = due + CURE_DAYS
  if (settled <= last && settled < until) return contacted < settled ? null : true
  if (contacted <= last || ended <= last) return null
  return until > last ? false : null
}

/** The chance that a bill cures itself, from the customer's bills as known at the moment. */
export function selfCureChance(
  bill: Bill,
  own: readonly Bill[],
  { model, moment }: { model: LearningModel; moment: Moment },
): SelfCureChance {
  const seen = seeBill(bill, own, { at: instantOf(bill, moment), scale: model.scale })
  const values = cureVector(seen, model)
  const { weights } = model.selfCure[moment]
  const usual = usualFeatures(model)
  const fromCurve = weights.at(-1) ?? 0
  // What the curve says follows from the same traits; its part is told by the line beneath it.
  const line = model.lateness.weights
  const toUsual = FEATURES.reduce((sum, _, index) => {
    return sum + (line[index + 1] ?? 0) * ((usual[index] ?? 0) - (values[index + 1] ?? 0))
  }, 0)
  const perDay = curvePerDay(seen, { model, toUsual })
  const reasons = FEATURES.map(({ id }, index): Reason => {
    const value = values[index + 1] ?? 0
    const weight = (weights[index + 1] ?? 0) + fromCurve * perDay * (line[index + 1] ?? 0)
    return { feature: id, value, move: weight * (value - (usual[index] ?? 0)) }
  })
  return {
    chance: sigmoid(scoreOf(values, weights)),
    reasons: reasons
      .filter(({ move }) => Math.abs(move) >= LEAST_MOVE)
      .sort((a, b) => Math.abs(b.move) - Math.abs(a.move))
      .slice(0, MOST_REASONS),
  }
}

/** The vector of the logistic regression: the constant, the traits, and what the curve says. */
export function cureVector(seen: SeenBill, model: DateModel): number[] {
  const chance = paidBy(seen, { model, by: seen.bill.due + CURE_DAYS })
  return [...seen.x, logOdds(chance)]
}

function logOdds(chance: number): number {
  const held = Math.min(1 - LEAST_CHANCE, Math.max(LEAST_CHANCE, chance))
  return Math.log(held / (1 - held))
}

/**
 * By how much the log odds of the curve fall for each day that the line expects this bill later than the
 * usual one. Taken over the whole way between the two, so that the moves add up to what the curve says.
 */
function curvePerDay(
  seen: SeenBill,
  { model, toUsual }: { model: DateModel; toUsual: number },
): number {
  const { weights } = model.lateness
  const oddsWith = (shift: number) => {
    const lateness = { ...model.lateness, weights: weights.with(0, (weights[0] ?? 0) + shift) }
    return logOdds(paidBy(seen, { model: { ...model, lateness }, by: seen.bill.due + CURE_DAYS }))
  }
  const way = Math.abs(toUsual) < 1 ? 1 : toUsual
  return (oddsWith(way) - oddsWith(0)) / way
}

/** The traits of a customer of whom nothing is known, with a plain bill. */
function usualFeatures({ scale }: LearningModel): readonly number[] {
  const values: Partial<Record<FeatureId, number>> = {
    'usual-lateness': scale.mean / 10,
    'recent-lateness': scale.mean / 10,
    'on-time-share': scale.onTime.mean,
    'cure-share': scale.cured.mean,
    spread: Math.log(Math.sqrt(scale.within) / 10),
    'dispute-share': scale.disputed.mean,
  }
  return FEATURES.map(({ id }) => values[id] ?? 0)
}
