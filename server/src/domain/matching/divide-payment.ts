// How a payment of one claim divides over costs, interest and principal, in the order of the law or of
// the house. It changes nothing about what is owed in all; it says what is still owed of what.

export const DEBT_PARTS = ['costs', 'interest', 'principal'] as const

export type DebtPart = (typeof DEBT_PARTS)[number]

/** Minor units for each part. */
export type Division = Readonly<Record<DebtPart, bigint>>

/** What a claim consists of, in minor units. */
export interface DebtOfClaim {
  /** What is owed in all before the payment. */
  readonly outstanding: bigint
  /** Fees that were charged, paid or not. */
  readonly costs: bigint
  /** Interest that was charged, paid or not. */
  readonly interest: bigint
  /** How the payments that stand were divided; null for one that was all for the principal. */
  readonly divided: readonly (Division | null)[]
}

/**
 * What is still owed of each part; the parts always sum to what is outstanding. The principal, with the
 * price of a plan and less what was forgiven, is what costs and interest leave; when they are more than
 * is owed in all, interest is owed before costs.
 */
export function owedByPart({ outstanding, costs, interest, divided }: DebtOfClaim): Division {
  const owed = atLeastNothing(outstanding)
  const paid = (part: DebtPart) => divided.reduce((sum, one) => sum + (one?.[part] ?? 0n), 0n)
  const openInterest = smaller(atLeastNothing(interest - paid('interest')), owed)
  const openCosts = smaller(atLeastNothing(costs - paid('costs')), owed - openInterest)
  return { costs: openCosts, interest: openInterest, principal: owed - openInterest - openCosts }
}

/**
 * Divides a payment over the parts in an order. The parts sum to the payment, or to all that is owed
 * when it is more.
 */
export function dividePayment(minor: bigint, owed: Division, order: readonly DebtPart[]): Division {
  let rest = minor
  const parts = { costs: 0n, interest: 0n, principal: 0n }
  for (const part of order) {
    parts[part] = smaller(rest, owed[part])
    rest -= parts[part]
  }
  return parts
}

/**
 * What is left of a division when so much of the payment paid for nothing any more: the principal is what a
 * credit takes back, then the costs, and the interest last.
 */
export function takeOffDivision(division: Division, minor: bigint): Division {
  const off = dividePayment(minor, division, ['principal', 'costs', 'interest'])
  return {
    costs: division.costs - off.costs,
    interest: division.interest - off.interest,
    principal: division.principal - off.principal,
  }
}

/** Two divisions of one payment together. */
export function addDivisions(one: Division, other: Division): Division {
  return {
    costs: one.costs + other.costs,
    interest: one.interest + other.interest,
    principal: one.principal + other.principal,
  }
}

function atLeastNothing(minor: bigint): bigint {
  return minor > 0n ? minor : 0n
}

function smaller(a: bigint, b: bigint): bigint {
  return a < b ? a : b
}
