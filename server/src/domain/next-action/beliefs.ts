// What is believed of an action before it is chosen: a beta distribution of the share of the amount that
// comes. It begins with what is known of the person, counts like a few choices that were seen, and gives
// way to what the same action brought: in all segments at first, in the person's own in the end.
import type { CustomerStanding } from '../learning/customer-standing.ts'
import type { ActionValues } from './action-values.ts'
import type { CandidateAction } from './candidate-actions.ts'

/** A beta distribution: as if `paid` had paid and `unpaid` had not. */
export interface Belief {
  readonly paid: number
  readonly unpaid: number
}

/** What came of the choices of an arm: how many, and the sum of the shares that came. */
export interface ArmRecord {
  readonly trials: number
  readonly gained: number
}

/** Records by segment and arm. */
export type Evidence = ReadonlyMap<string, ReadonlyMap<string, ArmRecord>>

const DAYPARTS = [
  ['night', 8],
  ['morning', 12],
  ['afternoon', 17],
  ['evening', 24],
] as const

/**
 * Names what is learnt together: the kind, the channel, the part of the day, whether the person was
 * known to answer there, and whether it is the person's own hour.
 */
export function armOf(
  { kind, channel, hour }: CandidateAction,
  standing: CustomerStanding,
  { beliefs }: ActionValues,
): string {
  if (kind === 'wait' || channel === null) return kind
  const known = standing.contactability[channel]
  const usual = beliefs.unknownAnswer[channel]
  const answers = known === undefined ? 'unknown' : known >= usual ? 'answers' : 'silent'
  const part = DAYPARTS.find(([, to]) => hour < to)?.[0] ?? 'evening'
  const own = standing.bestHour === null ? 'any' : isOwnHour(hour, standing) ? 'own' : 'other'
  return [kind, channel, part, answers, own].join('/')
}

/** Returns what is believed of an action: for a wait until its end, else within the horizon. */
export function beliefOf(
  action: CandidateAction,
  { standing, segment, evidence, values, now }: BeliefInput,
): Belief {
  const { personStrength, pooledMost } = values.beliefs
  const mean = chanceOf(action, { standing, values, now })
  const arm = armOf(action, standing, values)
  const own = evidence.get(segment)?.get(arm) ?? NOTHING
  const pooled = [...evidence].reduce<ArmRecord>((sum, [id, arms]) => {
    const { trials, gained } = (id === segment ? undefined : arms.get(arm)) ?? NOTHING
    return { trials: sum.trials + trials, gained: sum.gained + gained }
  }, NOTHING)
  const scale = pooled.trials <= pooledMost ? 1 : pooledMost / pooled.trials
  return {
    paid: personStrength * mean + scale * pooled.gained + own.gained,
    unpaid:
      personStrength * (1 - mean) +
      scale * (pooled.trials - pooled.gained) +
      (own.trials - own.gained),
  }
}

export interface BeliefInput {
  readonly standing: CustomerStanding
  readonly segment: string
  readonly evidence: Evidence
  readonly values: ActionValues
  readonly now: number
}

const NOTHING: ArmRecord = { trials: 0, gained: 0 }
/** A distribution needs both sides to be drawn from. */
const SURELY = 0.98
const DAY_SECONDS = 86_400

/** The chance as far as the person is known. */
function chanceOf(
  { kind, channel, at, hour }: CandidateAction,
  { standing, values, now }: Pick<BeliefInput, 'standing' | 'values' | 'now'>,
): number {
  const { beliefs, horizonDays } = values
  const unasked = Math.min(standing.chanceOfSelfCure ?? beliefs.unknownSelfCure, SURELY)
  if (kind === 'wait' || channel === null) {
    return chanceWithin((at - now) / DAY_SECONDS, unasked, horizonDays)
  }
  const answers = standing.contactability[channel] ?? beliefs.unknownAnswer[channel]
  const isOther = standing.bestHour !== null && !isOwnHour(hour, standing)
  const reached = answers * (isOther ? beliefs.otherHour : 1)
  const chance = unasked + (1 - unasked) * reached * beliefs.paysOnceReached
  return Math.min(Math.max(chance, 1 - SURELY), SURELY)
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
