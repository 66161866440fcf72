// What is believed of an action before it is chosen: a beta distribution of the share of the amount that
// comes. Its mean is what is foretold of the person, corrected by how much more or less than foretold the
// same action brought; it grows surer with every choice that was seen.
import type { CustomerStanding } from '../learning/customer-standing.ts'
import type { ActionValues } from './action-values.ts'
import type { CandidateAction } from './candidate-actions.ts'

/** A beta distribution: as if `paid` had paid and `unpaid` had not. */
export interface Belief {
  readonly paid: number
  readonly unpaid: number
}

/** What came of the choices of an arm. */
export interface ArmRecord {
  readonly trials: number
  /** The sum of the shares that came. */
  readonly gained: number
  /** The sum of what was foretold of these people, uncorrected. */
  readonly foretold: number
}

/** Records by segment and arm. */
export type Evidence = ReadonlyMap<string, ReadonlyMap<string, ArmRecord>>

const DAYPARTS = [
  ['night', 8],
  ['morning', 12],
  ['afternoon', 17],
  ['evening', 24],
] as const

/** Names what is learnt together: the kind, the channel and the part of the day. */
export function armOf({ kind, channel, hour }: CandidateAction): string {
  if (kind === 'wait' || channel === null) return kind
  const part = DAYPARTS.find(([, to]) => hour < to)?.[0] ?? 'evening'
  return [kind, channel, part].join('/')
}

/** Returns what is believed of an action: for a wait until its end, else within the horizon. */
export function beliefOf(action: CandidateAction, input: BeliefInput): Belief {
  const { segment, evidence, values } = input
  const { personStrength, pooledMost } = values.beliefs
  const arm = armOf(action)
  const own = evidence.get(segment)?.get(arm) ?? NOTHING
  const others = [...evidence].filter(([id]) => id !== segment)
  const pooled = others.map(([, arms]) => arms.get(arm) ?? NOTHING).reduce(add, NOTHING)
  // First what other segments show, then the own: each gives way to what is seen more of.
  const correction = corrected(own, corrected(pooled, 1))
  const mean = clamped(foretell(action, input) * correction)
  const seen = personStrength + Math.min(pooled.trials, pooledMost) + own.trials
  return { paid: seen * mean, unpaid: seen * (1 - mean) }
}

/** By how much more came than was foretold; what was believed before counts like some payments. */
function corrected({ gained, foretold }: ArmRecord, before: number): number {
  return (gained + PAYMENTS_BEFORE * before) / (foretold + PAYMENTS_BEFORE)
}

function add(one: ArmRecord, other: ArmRecord): ArmRecord {
  return {
    trials: one.trials + other.trials,
    gained: one.gained + other.gained,
    foretold: one.foretold + other.foretold,
  }
}

export interface BeliefInput {
  readonly standing: CustomerStanding
  readonly segment: string
  readonly evidence: Evidence
  readonly values: ActionValues
  readonly now: number
}

const NOTHING: ArmRecord = { trials: 0, gained: 0, foretold: 0 }
const PAYMENTS_BEFORE = 5
/** A distribution needs both sides to be drawn from. */
const SURELY = 0.98
const DAY_SECONDS = 86_400

function clamped(chance: number): number {
  return Math.min(Math.max(chance, 1 - SURELY), SURELY)
}

/** The chance as far as the person is known, whatever came of others. */
export function foretell(
  { kind, channel, at, hour }: CandidateAction,
  { standing, values, now }: Pick<BeliefInput, 'standing' | 'values' | 'now'>,
): number {
  const { beliefs, horizonDays } = values
  const unasked = Math.min(standing.chanceOfSelfCure ?? beliefs.unknownSelfCure, SURELY)
  if (kind === 'wait' || channel === null) {
    return clamped(chanceWithin((at - now) / DAY_SECONDS, unasked, horizonDays))
  }
  const answers = standing.contactability[channel] ?? beliefs.unknownAnswer[channel]
  const isOther = standing.bestHour !== null && !isOwnHour(hour, standing)
  const reached = answers * (isOther ? beliefs.otherHour : 1)
  return clamped(unasked + (1 - unasked) * reached * beliefs.paysOnceReached)
}

function isOwnHour(hour: number, { bestHour }: CustomerStanding): boolean {
  return bestHour !== null && Math.abs(hour - bestHour) <= 1
}

/** The part of a chance over a horizon that falls into its first days, at an even pace. */
export function chanceWithin(days: number, chance: number, horizonDays: number): number {
  return 1 - (1 - chance) ** (days / horizonDays)
}

/** Returns the mean of a belief. */
export function meanOf({ paid, unpaid }: Belief): number {
  return paid / (paid + unpaid)
}
