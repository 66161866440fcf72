// What the household can pay and how much it likes it, plan by plan.
import type { Scenario } from '../../src/cli/negotiate/scenario.ts'
import { epochDay, monthOf, type Outcome } from './outcome-space.ts'

const WATCHED_DAYS = 31

/** The utility of a plan, or null where the household cannot or would not pay it. */
export function debtorUtility(scenario: Scenario): (outcome: Outcome) => number | null {
  const { debtor, request, today, domain } = scenario
  const { limits, preferences, reservation } = debtor
  const { weights, comfortTargetCents } = preferences
  const start = epochDay(today)
  const horizon = Math.min(limits.maxEndDays, domain.maxDurationDays) + WATCHED_DAYS + 1
  const { balances, sinceIncome } = project(scenario, horizon)
  const months = Array.from({ length: horizon + 1 }, (_, day) => monthOf(start + day).month)
  const perPayment = limits.autopayMaxPerPaymentCents ?? Number.POSITIVE_INFINITY
  const perMonth = limits.autopayMaxPerMonthCents ?? Number.POSITIVE_INFINITY
  return (outcome) => {
    const { first, other, dueIn, total, priceBps } = outcome
    const last = dueIn.at(-1) ?? 0
    if (last > limits.maxEndDays || Math.max(first, other) > perPayment) return null
    if (largestMonth(outcome, months) > perMonth) return null
    const headroom = leastBalance(outcome, balances) - limits.minBufferCents
    if (headroom < 0) return null
    const comfort = comfortTargetCents <= 0 ? 1 : headroom / comfortTargetCents
    const closeness = dueIn.reduce((sum, day) => sum + near(sinceIncome[day]), 0) / dueIn.length
    const utility =
      weights.comfort * Math.sqrt(clamp(comfort)) +
      weights.small * clamp(Math.log(total / Math.max(first, other)) / Math.log(12)) +
      weights.soon * clamp(1 - last / 365) +
      weights.cost * clamp((300 - priceBps) / 600) +
      weights.payday * closeness
    return utility < reservation.minUtility || request.principalCents <= 0 ? null : utility
  }
}

function near(days = Number.POSITIVE_INFINITY): number {
  return days <= 2 ? 1 : Math.exp(-(days - 2) / 6)
}

function clamp(value: number): number {
  return Math.max(0, Math.min(1, value))
}

function project({ debtor, today }: Scenario, horizon: number) {
  const { cashflow } = debtor
  const start = epochDay(today)
  const balances = [cashflow.openingBalanceCents]
  const sinceIncome = [cashflow.daysSinceIncome]
  for (let day = 1; day <= horizon; day++) {
    const { dayOfMonth, length } = monthOf(start + day)
    const sumOn = (flows: { dayOfMonth: number; amountCents: number }[]) =>
      flows
        .filter((flow) => Math.min(flow.dayOfMonth, length) === dayOfMonth)
        .reduce((sum, { amountCents }) => sum + amountCents, 0)
    const income = sumOn(cashflow.incomes)
    const single = (cashflow.oneOffs ?? [])
      .filter(({ dayOffset }) => dayOffset === day)
      .reduce((sum, { amountCents }) => sum + amountCents, 0)
    const change = income - sumOn(cashflow.charges) - cashflow.dailySpendCents + single
    balances.push((balances[day - 1] ?? 0) + change)
    sinceIncome.push(income > 0 ? 0 : (sinceIncome[day - 1] ?? 0) + 1)
  }
  return { balances, sinceIncome }
}

function leastBalance({ first, other, dueIn }: Outcome, balances: readonly number[]): number {
  let least = Number.POSITIVE_INFINITY
  let paid = 0
  for (const [index, from] of dueIn.entries()) {
    paid += index === 0 ? first : other
    const until = (dueIn[index + 1] ?? from + WATCHED_DAYS + 1) - 1
    for (let day = from; day <= until; day++) least = Math.min(least, (balances[day] ?? 0) - paid)
  }
  return least
}

function largestMonth({ first, other, dueIn }: Outcome, months: readonly number[]): number {
  let largest = 0
  let sum = 0
  for (const [index, day] of dueIn.entries()) {
    const isSame = index > 0 && months[day] === months[dueIn[index - 1] ?? 0]
    sum = (isSame ? sum : 0) + (index === 0 ? first : other)
    largest = Math.max(largest, sum)
  }
  return largest
}
