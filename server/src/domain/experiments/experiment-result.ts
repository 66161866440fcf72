// What an experiment has shown so far: money and kindness of each arm, the difference day by day in an
// interval that may be looked at daily, and whether a guard-rail stops it. Statistics in floating
// point; nothing here is charged.
import { NORMAL_97_5 } from '../share-interval.ts'
import { EXPERIMENT_ARMS, type ExperimentArm } from './experiment.ts'
import {
  compareMeans,
  type Difference,
  NO_MOMENTS,
  observe,
  type Stratum,
  type TestSettings,
} from './sequential-test.ts'

/** One person, since they became a member. Money in minor units of one currency. */
export interface MemberOutcome {
  readonly stratum: string
  readonly arm: ExperimentArm
  /** The day, counted from the begin, on which the time of following is over; later: not yet. */
  readonly matureDay: number
  readonly owed: number
  /** Within the time of following. */
  readonly recovered: number
  readonly cost: number
  readonly fees: number
  readonly contacts: number
  readonly complaints: number
  readonly brokenPromises: number
  readonly optOuts: number
}

/** What may not get worse. */
export const GUARD_RAILS = ['complaints', 'brokenPromises', 'optOuts', 'feeBurden'] as const
export type GuardRail = (typeof GUARD_RAILS)[number]

export interface Range {
  readonly mean: number
  readonly low: number
  readonly high: number
}

export interface ArmFigures {
  readonly arm: ExperimentArm
  readonly people: number
  /** Those whose time of following is over; the figures of money are theirs. */
  readonly followed: number
  readonly recoveredShare: Range | null
  /** What messages cost for each unit that came; null while nothing came. */
  readonly costPerRecovered: Range | null
  readonly contacts: Range | null
  readonly complaints: Range | null
  readonly brokenPromises: Range | null
  readonly optOuts: Range | null
  /** Charges that were added, as a share of what was owed. */
  readonly feeBurden: Range | null
}

export type Verdict = 'too-few' | 'undecided' | 'better' | 'worse' | 'guard-rail'

export interface DayOfTest extends Difference {
  readonly day: number
}

export interface ExperimentResult {
  readonly arms: readonly ArmFigures[]
  readonly verdict: Verdict
  readonly sentence: string
  /** The guard-rails that the challenger broke. */
  readonly broken: readonly GuardRail[]
  /** The difference of the shares that came; null as long as there are too few. */
  readonly difference: Difference | null
  readonly days: readonly DayOfTest[]
}

/** Over all days and looks; a guard-rail stops more readily than a success is believed. */
export const RESULT_TEST: TestSettings = { alpha: 0.05, effect: 0.05, least: 30 }
export const RAIL_TEST: TestSettings = { alpha: 0.1, effect: 0.05, least: 20 }

/** Judges an experiment on a day, counted from its begin. */
export function judgeExperiment(
  members: readonly MemberOutcome[],
  today: number,
): ExperimentResult {
  const days = dailyDifferences(members, today)
  const difference = days.at(-1) ?? null
  const broken = brokenRails(members)
  const arms = EXPERIMENT_ARMS.map((arm) => figuresOf(arm, members, today))
  const verdict = verdictOf(difference, broken)
  return {
    arms,
    verdict,
    sentence: sentenceOf(verdict, difference, broken),
    broken,
    difference,
    days,
  }
}

/** Why a policy is stopped by itself; null where it does no harm. */
export function harmOf({
  verdict,
}: Pick<ExperimentResult, 'verdict'>): 'guard-rail' | 'worse' | null {
  return verdict === 'guard-rail' || verdict === 'worse' ? verdict : null
}

/** The guard-rails where the challenger is worse, by the lower end of an interval valid on all days. */
export function brokenRails(members: readonly MemberOutcome[]): GuardRail[] {
  return GUARD_RAILS.filter((rail) => {
    const found = compareMeans(
      strataOf(members, (it) => railOf(rail, it)),
      RAIL_TEST,
    )
    return found !== null && found.low > 0
  })
}

function railOf(rail: GuardRail, member: MemberOutcome): number {
  if (rail === 'feeBurden') return member.owed > 0 ? member.fees / member.owed : 0
  return member[rail] > 0 ? 1 : 0
}

const shareOf = ({ owed, recovered }: MemberOutcome) =>
  owed > 0 ? Math.min(recovered / owed, 1) : 0

function strataOf(
  members: readonly MemberOutcome[],
  measure: (member: MemberOutcome) => number,
): Stratum[] {
  const strata = new Map<string, Stratum>()
  for (const member of members) addTo(strata, member, measure(member))
  return [...strata.values()]
}

function addTo(strata: Map<string, Stratum>, { stratum, arm }: MemberOutcome, value: number): void {
  if (arm === 'hold-out') return
  const before = strata.get(stratum) ?? { champion: NO_MOMENTS, challenger: NO_MOMENTS }
  strata.set(stratum, { ...before, [arm]: observe(before[arm], value) })
}

function dailyDifferences(members: readonly MemberOutcome[], today: number): DayOfTest[] {
  const mature = members
    .filter(({ matureDay }) => matureDay <= today)
    .toSorted((a, b) => a.matureDay - b.matureDay)
  const strata = new Map<string, Stratum>()
  const days: DayOfTest[] = []
  for (const [index, member] of mature.entries()) {
    addTo(strata, member, shareOf(member))
    if (mature[index + 1]?.matureDay === member.matureDay) continue
    const found = compareMeans([...strata.values()], RESULT_TEST)
    if (found !== null) days.push({ day: member.matureDay, ...found })
  }
  return days
}

function verdictOf(difference: Difference | null, broken: readonly GuardRail[]): Verdict {
  if (broken.length > 0) return 'guard-rail'
  if (difference === null) return 'too-few'
  if (difference.low > 0) return 'better'
  return difference.high < 0 ? 'worse' : 'undecided'
}

const RAIL_WORDS: Readonly<Record<GuardRail, string>> = {
  complaints: 'disputes and calls for help',
  brokenPromises: 'broken promises',
  optOuts: 'closed channels',
  feeBurden: 'charges',
}

function sentenceOf(
  verdict: Verdict,
  difference: Difference | null,
  broken: readonly GuardRail[],
): string {
  if (verdict === 'guard-rail') {
    const what = broken.map((rail) => RAIL_WORDS[rail]).join(' and ')
    return `Stopped: the policy brings more ${what} than the journey as it is.`
  }
  if (difference === null) {
    return `Not decided: an arm has fewer than ${RESULT_TEST.least} people who were followed to the end.`
  }
  const points = (value: number) => (100 * value).toFixed(1)
  const range = `between ${points(difference.low)} and ${points(difference.high)} points, on whatever day you look, at 95 %`
  switch (verdict) {
    case 'better':
      return `Decided: with the policy, ${points(difference.difference)} points more of what is owed comes in time (${range}).`
    case 'worse':
      return `Decided: with the policy, ${points(-difference.difference)} points less of what is owed comes in time (${range}).`
    default:
      return `Not decided: the difference of what comes in time is ${range}, which includes none.`
  }
}

function figuresOf(
  arm: ExperimentArm,
  members: readonly MemberOutcome[],
  today: number,
): ArmFigures {
  const own = members.filter((member) => member.arm === arm)
  const followed = own.filter(({ matureDay }) => matureDay <= today)
  const share = (rail: GuardRail) => meanRange(own.map((member) => railOf(rail, member)))
  return {
    arm,
    people: own.length,
    followed: followed.length,
    recoveredShare: meanRange(followed.map(shareOf)),
    costPerRecovered: ratioRange(followed.map(({ cost, recovered }) => [cost, recovered])),
    contacts: meanRange(own.map(({ contacts }) => contacts)),
    complaints: share('complaints'),
    brokenPromises: share('brokenPromises'),
    optOuts: share('optOuts'),
    feeBurden: share('feeBurden'),
  }
}

/** A mean with its interval at 95 %; null with fewer than two. */
function meanRange(values: readonly number[]): Range | null {
  const { count, mean, squares } = values.reduce(observe, NO_MOMENTS)
  if (count < 2) return null
  const reach = NORMAL_97_5 * Math.sqrt(squares / (count - 1) / count)
  return { mean, low: Math.max(mean - reach, 0), high: mean + reach }
}

/** A ratio of sums with its interval at 95 % by the delta method; null with fewer than two, or below nought. */
function ratioRange(pairs: readonly (readonly [number, number])[]): Range | null {
  const sum = (index: 0 | 1) => pairs.reduce((total, pair) => total + pair[index], 0)
  const below = sum(1)
  if (pairs.length < 2 || below <= 0) return null
  const ratio = sum(0) / below
  const rest = pairs.map(([above, under]) => above - ratio * under).reduce(observe, NO_MOMENTS)
  const error = Math.sqrt((rest.squares / (rest.count - 1)) * rest.count) / below
  const reach = NORMAL_97_5 * error
  return { mean: ratio, low: Math.max(ratio - reach, 0), high: ratio + reach }
}
