// Whether a customer needs a calmer path: because the person, the agent or an adviser said so, or because
// several plans broke. Never inferred from anything else; nothing here knows of health, age or origin.
import { type LearntFact, rounded } from './learnt-fact.ts'

/** Something that was told, or that plainly happened. */
export interface LifeSign {
  readonly id: string
  readonly claimId: string
  readonly kind: LifeSignKind
  /** Epoch seconds. */
  readonly at: number
}

export type LifeSignKind = keyof typeof MEMORY_DAYS | 'hold-released'

/** For how long each kind counts; a person of the creditor may end it earlier by releasing its hold. */
const MEMORY_DAYS = {
  'hardship-told': 365,
  'help-asked': 90,
  adviser: 365,
  'plan-broken': 730,
} as const

/** One plan may break for any reason. */
const MANY_BROKEN_PLANS = 2

export interface Fragility {
  readonly isFragile: boolean
  /** Since when, in epoch seconds; null for one who is not. */
  readonly since: number | null
  readonly reasons: readonly FragilityReason[]
}

export interface FragilityReason {
  readonly kind: Exclude<LifeSignKind, 'hold-released'>
  readonly count: number
}

const NAMES: Readonly<Record<string, LifeSignKind>> = {
  'hardship.told': 'hardship-told',
  'assistance.requested': 'help-asked',
  'plan.defaulted': 'plan-broken',
  'hold.set hardship': 'hardship-told',
  'hold.set assistance': 'help-asked',
  'hold.set moratorium': 'adviser',
  'hold.released hardship': 'hold-released',
  'hold.released assistance': 'hold-released',
  'hold.released moratorium': 'hold-released',
}

/** The types of events that may be signs. */
export const SIGN_TYPES: readonly string[] = [
  ...new Set(Object.keys(NAMES).map((name) => name.split(' ')[0] ?? name)),
]

/** An event that may be a sign. */
export interface MaybeSign extends Omit<LifeSign, 'kind'> {
  readonly type: string
  /** The reason of a hold. */
  readonly reason: string | null
}

/** Reads an event as a sign; undefined for one that is none. */
export function signOf({ id, claimId, type, at, reason }: MaybeSign): LifeSign | undefined {
  const kind = NAMES[type] ?? NAMES[`${type} ${reason}`]
  return kind && { id, claimId, kind, at }
}

/** Judges the signs as they are known now. */
export function judgeFragility(signs: readonly LifeSign[], now: number): LearntFact<Fragility> {
  const standing = signs.filter((sign) => {
    if (sign.kind === 'hold-released' || sign.at <= now - MEMORY_DAYS[sign.kind] * 86_400) {
      return false
    }
    return sign.kind === 'plan-broken' || !isReleased(sign, signs)
  })
  const broken = standing.filter(({ kind }) => kind === 'plan-broken')
  const counted =
    broken.length >= MANY_BROKEN_PLANS
      ? standing
      : standing.filter(({ kind }) => kind !== 'plan-broken')
  const reasons = [...Map.groupBy(counted, ({ kind }) => kind)].map(([kind, own]) => ({
    kind: kind as FragilityReason['kind'],
    count: own.length,
  }))
  const isTold = counted.some(({ kind }) => kind !== 'plan-broken')
  const key = isTold ? 'fragile-told' : 'fragile-plans'
  return {
    value: { isFragile: counted.length > 0, since: sinceOf(counted), reasons },
    confidence: isTold ? 1 : rounded(broken.length / (broken.length + 1)),
    basis: counted.map(({ id }) => id).sort(),
    sentence: {
      key: counted.length === 0 ? 'not-fragile' : key,
      values: { plans: broken.length },
    },
  }
}

/** Who told is fragile from then on; who told nothing, once the second plan broke. */
function sinceOf(counted: readonly LifeSign[]): number | null {
  const told = counted.filter(({ kind }) => kind !== 'plan-broken').map(({ at }) => at)
  const broken = counted.filter(({ kind }) => kind === 'plan-broken').map(({ at }) => at)
  const second = broken.toSorted((a, b) => a - b)[MANY_BROKEN_PLANS - 1]
  const all = second === undefined ? told : [...told, second]
  return all.length === 0 ? null : Math.min(...all)
}

/** Somebody looked at it afterwards and let the reminders of its claim go on. */
function isReleased({ claimId, at }: LifeSign, signs: readonly LifeSign[]): boolean {
  return signs.some(
    (other) => other.kind === 'hold-released' && other.claimId === claimId && other.at >= at,
  )
}
