// Every plan that a policy and the law allow for a claim, found by trying all of them, and what each is
// worth. Written apart from the engine: its own calendar, rounding, law and value, nothing clever.
import type { PlanInterval, PlanTerms } from '@parley/sdk/protocol'
import type { PolicyTerms } from '../../src/domain/negotiation/policy.ts'

export interface TriedClaim {
  /** In minor units. */
  amount: bigint
  decimals: number
  dueDate: string
  offeredOn: string
  payDay?: number
}

export interface TriedPlan extends PlanTerms {
  /** In minor units. */
  worth: number
}

const DAY_MS = 86_400_000
const numberOf = (day: string) => Date.parse(`${day}T00:00:00Z`) / DAY_MS
const dayOf = (number: number) => new Date(number * DAY_MS).toISOString().slice(0, 10)

/** Names a plan; two plans that differ have two names. */
export function nameOf(plan: PlanTerms): string {
  const { instalments, interval, priceBps, downPaymentBps, payDay, firstDueDate } = plan
  return [instalments, interval, priceBps, downPaymentBps, payDay, firstDueDate].join(' ')
}

/** Tries every shape on every day. */
export function everyPlan(terms: PolicyTerms, claim: TriedClaim): TriedPlan[] {
  const base = Math.max(numberOf(claim.dueDate), numberOf(claim.offeredOn))
  const from = numberOf(claim.offeredOn) + terms.minNoticeDays
  const found: TriedPlan[] = []
  for (const shape of everyShape(terms, claim)) {
    for (let day = from; day <= base + terms.maxDeferralDays; day += 1) {
      const plan = { ...shape, firstDueDate: dayOf(day) }
      const days = daysOf(plan)
      const amounts = amountsOf(plan, claim.amount)
      const facts = { plan, days, amounts, base }
      if (!isInPolicy(terms, claim, facts) || !isLawful(terms, claim, facts)) continue
      found.push({ ...plan, worth: worthOf(terms, claim, facts) })
    }
  }
  return found
}

interface Tried {
  plan: PlanTerms
  days: number[]
  amounts: bigint[]
  base: number
}

function everyShape(terms: PolicyTerms, claim: TriedClaim): Omit<PlanTerms, 'firstDueDate'>[] {
  const shapes: Omit<PlanTerms, 'firstDueDate'>[] = []
  for (const { priceBps } of terms.prices) {
    shapes.push({ instalments: 1, interval: null, priceBps })
    for (let instalments = 2; instalments <= terms.maxInstalments; instalments += 1) {
      for (const interval of terms.intervals) {
        const plain = { instalments, interval, priceBps }
        const all = [
          plain,
          ...terms.downPaymentsBps.map((downPaymentBps) => ({ ...plain, downPaymentBps })),
        ]
        const hasPayDay = terms.payDayPlans && interval === 'P1M' && claim.payDay !== undefined
        const onPayDay = hasPayDay
          ? all.map((one) => ({ ...one, payDay: Number(claim.payDay) }))
          : []
        shapes.push(...all, ...onPayDay)
      }
    }
  }
  return shapes
}

const STEP: Record<PlanInterval, number> = { P1W: 7, P2W: 14, P1M: 0 }

function daysOf({ instalments, interval, payDay, firstDueDate }: PlanTerms): number[] {
  const first = numberOf(firstDueDate)
  const days = [first]
  while (days.length < instalments) {
    if (interval === null) throw new Error('instalments without an interval')
    if (interval !== 'P1M') days.push(first + days.length * STEP[interval])
    else if (payDay === undefined) days.push(monthsLater(firstDueDate, days.length))
    else days.push(nextPayDay(payDay, days.length === 1 ? first + 14 : (days.at(-1) ?? 0) + 1))
  }
  return days
}

/** The same day of a later month, or the last of it. */
function monthsLater(day: string, months: number): number {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number)
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0)).getUTCDate()
  return Date.UTC(year, month - 1 + months, Math.min(date, last)) / DAY_MS
}

/** Walks on day by day until it is a pay day. */
function nextPayDay(payDay: number, from: number): number {
  for (let day = from; ; day += 1) {
    const date = new Date(day * DAY_MS)
    const isLast = new Date((day + 1) * DAY_MS).getUTCDate() === 1
    if (date.getUTCDate() === payDay || (isLast && date.getUTCDate() < payDay)) return day
  }
}

/** bps of an amount, half to even. */
function share(amount: bigint, bps: number): bigint {
  const whole = amount * BigInt(Math.abs(bps))
  const [down, rest] = [whole / 10_000n, whole % 10_000n]
  const isUp = rest > 5_000n || (rest === 5_000n && down % 2n === 1n)
  const size = down + (isUp ? 1n : 0n)
  return bps < 0 ? -size : size
}

function amountsOf({ instalments, priceBps, downPaymentBps }: PlanTerms, amount: bigint): bigint[] {
  const total = amount + share(amount, priceBps)
  if (instalments === 1) return [total]
  const rest = downPaymentBps === undefined ? undefined : total - share(total, downPaymentBps)
  const other = rest === undefined ? total / BigInt(instalments) : rest / BigInt(instalments - 1)
  const others = Array.from({ length: instalments - 1 }, () => other)
  return [total - other * BigInt(instalments - 1), ...others]
}

function isInPolicy(
  terms: PolicyTerms,
  claim: TriedClaim,
  { plan, days, amounts, base }: Tried,
): boolean {
  const last = (days.at(-1) ?? 0) - base
  const price = terms.prices.find(({ priceBps }) => priceBps === plan.priceBps)
  const least = Number(terms.minInstalment) * 10 ** claim.decimals
  return (
    last <= terms.maxDurationDays &&
    last <= (price?.lastDueWithinDays ?? last) &&
    last > (price?.lastDueAfterDays ?? last - 1) &&
    amounts.every((amount) => amount > 0n) &&
    (plan.instalments === 1 || amounts.every((amount) => Number(amount) >= least - 1e-6))
  )
}

function isLawful(
  { law }: PolicyTerms,
  claim: TriedClaim,
  { days, amounts, base }: Tried,
): boolean {
  const total = amounts.reduce((sum, amount) => sum + amount, 0n)
  const fee = total - claim.amount
  if (fee <= 0n) return true
  if (law.freeOfChargeOnly || law.maxFee === undefined || law.maxAprBps === undefined) return false
  if (Number(fee) > Number(law.maxFee) * 10 ** claim.decimals + 1e-6) return false
  // fee / amount / (mean days / 365) <= maxApr / 10000, with mean = centDays / total; in whole numbers.
  const centDays = amounts.reduce(
    (sum, amount, index) => sum + amount * BigInt(Math.max(1, (days[index] ?? 0) - base)),
    0n,
  )
  return fee * 365n * total * 10_000n <= BigInt(law.maxAprBps) * claim.amount * centDays
}

/** Σ part × what a unit due then is worth, less the handling; left-over cents count as spread evenly. */
function worthOf(
  { value }: PolicyTerms,
  claim: TriedClaim,
  { plan, days, amounts }: Tried,
): number {
  const total = Number(amounts.reduce((sum, amount) => sum + amount, 0n))
  const today = numberOf(claim.offeredOn)
  const { instalments, downPaymentBps } = plan
  const firstPart = downPaymentBps === undefined ? 1 / instalments : downPaymentBps / 10_000
  const units = days.map((day, index) => {
    const years = (day - today) / 365
    const isPaid = Math.exp((-value.annualHazardBps / 10_000) * years)
    const money = Math.exp((-value.annualDiscountBps / 10_000) * years)
    const recovered = (1 - isPaid) * (value.recoveryBps / 10_000) * 0.92
    const part =
      index === 0 && instalments > 1
        ? firstPart
        : index === 0
          ? 1
          : (1 - firstPart) / (instalments - 1)
    return part * money * (isPaid + recovered)
  })
  const handling = Math.ceil(Number(value.costPerInstalment) * 10 ** claim.decimals - 1e-9)
  return total * units.reduce((sum, unit) => sum + unit, 0) - instalments * handling
}
