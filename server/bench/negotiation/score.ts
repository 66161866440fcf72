// Adds up how a way of settling does over a set of scenarios.
import type { MatchResult } from '../../src/cli/negotiate/run-scenario.ts'
import type { Scenario } from '../../src/cli/negotiate/scenario.ts'
import { epochDay, monthOf } from './outcome-space.ts'
import { type Deal, findPlan, productOf, type Truth } from './truth.ts'

/** Shares are from 0 to 1, money in basis points of the principal. */
export interface Score {
  /** Scenarios in which a deal exists. */
  possible: number
  /** Share of them that agreed. */
  agreed: number
  /** Agreements on plans that one side refuses, or where no deal exists. */
  invalid: number
  /** Mean of product ÷ largest product; no agreement counts 0. */
  nash: number
  /** Of agreements. */
  paretoDistance: number
  uCreditor: number
  uDebtor: number
  /** Over all scenarios in which a deal exists. */
  expectedDebtor: number
  money: number
  roundTrips: { median: number; p95: number; most: number; counts: number[] }
  /** Mean round trips until it is clear that no deal exists. */
  noDealTrips: number
  mostDebtorOffers: number
  /** Share of agreements whose first day is within two days of the pay day. */
  payDayGuessed: number
  /** Of agreements, as shares of the Nash point's. */
  points: { creditor: number; debtor: number }[]
}

export interface Tally {
  add(scenario: Scenario, truth: Truth, result: MatchResult): void
  score(): Score
}

interface Settled {
  uCreditor: number
  uDebtor: number
  nash: number
  pareto: number
  trips: number
  payDay: boolean
  point: { creditor: number; debtor: number }
}

/** An empty tally. */
export function createTally(): Tally {
  const settled: Settled[] = []
  const money: number[] = []
  const noDealTrips: number[] = []
  let [invalid, mostDebtorOffers] = [0, 0]
  return {
    add(scenario, truth, result) {
      const { principalCents } = scenario.request
      const trips = Math.ceil(result.messages / 2)
      mostDebtorOffers = Math.max(mostDebtorOffers, result.debtorOffers)
      const deal = dealOf(scenario, truth, result)
      if (deal === 'invalid') invalid++
      if (truth.nash === null) {
        noDealTrips.push(trips)
        return
      }
      const isDeal = deal !== 'none' && deal !== 'invalid'
      const { noDealValueCents } = scenario.creditor.value
      money.push(((isDeal ? deal.value : noDealValueCents) / principalCents) * 10_000)
      if (isDeal) settled.push(settle(scenario, { ...truth, nash: truth.nash }, { deal, trips }))
    },
    score: () => sumUp({ settled, money, noDealTrips, invalid, mostDebtorOffers }),
  }
}

function dealOf(scenario: Scenario, truth: Truth, { agreement }: MatchResult) {
  if (agreement === null) return 'none'
  const plan = findPlan(truth, scenario, agreement)
  if (plan === undefined || plan.uCreditor === null || plan.uDebtor === null) return 'invalid'
  return plan as Deal
}

function settle(
  scenario: Scenario,
  { nash, frontier }: Truth & { nash: Deal },
  { deal, trips }: { deal: Deal; trips: number },
): Settled {
  const { uCreditor, uDebtor } = deal
  const distances = frontier.map((best) =>
    Math.hypot(best.uCreditor - uCreditor, best.uDebtor - uDebtor),
  )
  return {
    ...{ uCreditor, uDebtor, trips },
    nash: productOf(deal) / productOf(nash),
    pareto: Math.min(...distances) / Math.SQRT2,
    payDay: isNearPayDay(scenario, deal.outcome.firstIn),
    point: { creditor: uCreditor / nash.uCreditor, debtor: uDebtor / nash.uDebtor },
  }
}

/** Whether who takes the first due day for the pay day is wrong by two days at most. */
function isNearPayDay({ today, debtor }: Scenario, firstIn: number): boolean {
  const [main] = debtor.cashflow.incomes.toSorted((a, b) => b.amountCents - a.amountCents)
  const day = epochDay(today) + firstIn
  return [-2, -1, 0, 1, 2].some((shift) => {
    const { dayOfMonth, length } = monthOf(day + shift)
    return main !== undefined && Math.min(main.dayOfMonth, length) === dayOfMonth
  })
}

function sumUp(sums: {
  settled: readonly Settled[]
  money: readonly number[]
  noDealTrips: readonly number[]
  invalid: number
  mostDebtorOffers: number
}): Score {
  const { settled, money } = sums
  const possible = money.length
  const trips = settled.map((one) => one.trips)
  const of = (pick: (one: Settled) => number) => mean(settled.map(pick))
  return {
    ...{ possible, invalid: sums.invalid, mostDebtorOffers: sums.mostDebtorOffers },
    agreed: settled.length / possible,
    nash: (of(({ nash }) => nash) * settled.length) / possible,
    paretoDistance: of(({ pareto }) => pareto),
    uCreditor: of(({ uCreditor }) => uCreditor),
    uDebtor: of(({ uDebtor }) => uDebtor),
    expectedDebtor: (of(({ uDebtor }) => uDebtor) * settled.length) / possible,
    money: mean(money),
    roundTrips: {
      median: quantile(trips, 0.5),
      p95: quantile(trips, 0.95),
      most: trips.reduce((most, one) => Math.max(most, one), 0),
      counts: trips,
    },
    noDealTrips: mean(sums.noDealTrips),
    payDayGuessed: of(({ payDay }) => (payDay ? 1 : 0)),
    points: settled.map(({ point }) => point),
  }
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length)
}

export function quantile(values: readonly number[], share: number): number {
  const at = Math.min(values.length - 1, Math.floor(share * values.length))
  return values.toSorted((left, right) => left - right)[at] ?? Number.NaN
}
