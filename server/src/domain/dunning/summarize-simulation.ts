// Many simulated claims as a creditor looks at them: messages, blocks and money by day, and where the
// claims stand on each day after their due day. Every sum is over all claims: nothing is left out.

import { addDays, type Day, daysBetween } from '@parley/sdk/protocol'
import type { Channel } from '../compliance/profile.ts'
import { isContact } from './journey-definition.ts'
import type { BlockReason } from './schedule-journey.ts'
import {
  type EndState,
  endOf,
  ISSUED_BEFORE_DAYS,
  type SimulatedClaim,
} from './simulate-journey.ts'
import {
  formatPrice,
  type Priced,
  type PriceList,
  pricedParts,
  pricesOf,
  usedChannels,
} from './step-costs.ts'

/** Where a claim stands on a day: before the end also whether anybody was written to. */
export type Standing = 'waiting' | 'reminded' | EndState

/** How often something was on a day. */
export type ByDay<Name extends string> = ReadonlyMap<Day, ReadonlyMap<Name, number>>

/** What the steps of a run cost, as decimal strings of one currency. */
export interface CostSummary {
  readonly currency: string
  readonly total: string
  readonly perClaim: string
  readonly byPart: ReadonlyMap<Priced, { readonly count: number; readonly amount: string }>
  readonly byDay: ReadonlyMap<Day, string>
  /** Parts without a price in the list: they add nothing. */
  readonly unpriced: readonly Priced[]
}

/** A whole run. */
export interface SimulationSummary {
  readonly claims: number
  readonly messages: number
  readonly crossed: number
  readonly movedSteps: number
  readonly byState: ReadonlyMap<EndState, number>
  readonly byCostClass: ReadonlyMap<string, number>
  readonly messagesByDay: ByDay<Channel>
  readonly blocksByDay: ByDay<BlockReason>
  /** From the day of issue on; days counted from the due day. */
  readonly standings: readonly {
    readonly day: number
    readonly count: ReadonlyMap<Standing, number>
  }[]
  readonly costs: CostSummary | null
}

/** Sums up a run over `days` days after each due day; costs only with prices. */
export function summarizeSimulation(
  claims: readonly SimulatedClaim[],
  { days, prices }: { days: number; prices: PriceList | null },
): SimulationSummary {
  const taken = claims.flatMap((claim) => claim.taken)
  const said = taken.flatMap(({ step, day }) => {
    return usedChannels(step).map((channel) => [day, channel] as const)
  })
  const blocks = taken.flatMap(({ blocked }) => {
    return blocked.map(({ day, reason }) => [day, reason] as const)
  })
  return {
    claims: claims.length,
    messages: said.length,
    crossed: claims.filter(({ crossed }) => crossed).length,
    movedSteps: taken.filter(({ movedDays }) => movedDays > 0).length,
    byState: countOf(claims.map(({ state }) => state)),
    byCostClass: countOf(taken.map(({ step }) => step.cost)),
    messagesByDay: countByDay(said),
    blocksByDay: countByDay(blocks),
    standings: standingsOf(claims, days),
    costs: prices === null ? null : costsOf(claims, prices),
  }
}

/** Counts by name, in the order of the names. */
function countOf<Name extends string>(names: readonly Name[]): Map<Name, number> {
  const counts = new Map<Name, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return inOrder(counts)
}

function countByDay<Name extends string>(pairs: readonly (readonly [Day, Name])[]): ByDay<Name> {
  const days = new Map<Day, Map<Name, number>>()
  for (const [day, name] of pairs) {
    const counts = days.get(day) ?? new Map<Name, number>()
    days.set(day, counts.set(name, (counts.get(name) ?? 0) + 1))
  }
  return inOrder(days)
}

function inOrder<K extends string, V>(map: ReadonlyMap<K, V>): Map<K, V> {
  return new Map([...map].sort(([a], [b]) => (a < b ? -1 : 1)))
}

/** Each claim changes its standing a few times; the days between are filled by adding up. */
function standingsOf(
  claims: readonly SimulatedClaim[],
  days: number,
): SimulationSummary['standings'] {
  const length = ISSUED_BEFORE_DAYS + days + 1
  const changes = Array.from({ length }, () => new Map<Standing, number>())
  const add = (at: number, name: Standing, n: number) => {
    const change = changes[at]
    change?.set(name, (change.get(name) ?? 0) + n)
  }
  for (const claim of claims) {
    let before: Standing | null = null
    for (const { day, standing } of turnsOf(claim)) {
      const at = Math.min(Math.max(daysAfterIssue(claim, day), 0), length - 1)
      if (before !== null) add(at, before, -1)
      add(at, standing, 1)
      before = standing
    }
  }
  const count = new Map<Standing, number>()
  return changes.map((change, index) => {
    for (const [name, n] of change) count.set(name, (count.get(name) ?? 0) + n)
    const present = new Map([...count].filter(([, n]) => n > 0))
    return { day: index - ISSUED_BEFORE_DAYS, count: present }
  })
}

interface Turn {
  readonly day: Day
  readonly standing: Standing
}

/** The days on which the standing of a claim changes, in order; the last is its state at the end. */
function turnsOf({ dueDay, taken, paidOn, state, allStepsTaken }: SimulatedClaim): Turn[] {
  const issuedOn = addDays(dueDay, -ISSUED_BEFORE_DAYS)
  const first = taken.find(({ step }) => isContact(step.step))
  const last = taken.at(-1)
  const ended = (last && endOf(last)) ?? (allStepsTaken ? 'all-steps-taken' : undefined)
  return [
    { day: issuedOn, standing: 'waiting' },
    ...(first === undefined ? [] : [{ day: first.day, standing: 'reminded' as const }]),
    ...(ended === undefined ? [] : [{ day: last?.day ?? issuedOn, standing: ended }]),
    ...(paidOn === null ? [] : [{ day: paidOn, standing: state }]),
  ]
}

function daysAfterIssue({ dueDay }: SimulatedClaim, day: Day): number {
  return daysBetween(addDays(dueDay, -ISSUED_BEFORE_DAYS), day)
}

function costsOf(claims: readonly SimulatedClaim[], list: PriceList): CostSummary {
  const prices = pricesOf(list)
  const counts = new Map<Priced, number>()
  const byDay = new Map<Day, bigint>()
  for (const { step, day } of claims.flatMap(({ taken }) => taken)) {
    for (const part of pricedParts(step)) {
      counts.set(part, (counts.get(part) ?? 0) + 1)
      byDay.set(day, (byDay.get(day) ?? 0n) + (prices.get(part) ?? 0n))
    }
  }
  const amountOf = (part: Priced, count: number) => (prices.get(part) ?? 0n) * BigInt(count)
  const total = [...counts].reduce((sum, [part, count]) => sum + amountOf(part, count), 0n)
  const parts = [...inOrder(counts)].map(([part, count]) => {
    return [part, { count, amount: formatPrice(amountOf(part, count)) }] as const
  })
  return {
    currency: list.currency,
    total: formatPrice(total),
    perClaim: formatPrice(claims.length === 0 ? 0n : halfUp(total, BigInt(claims.length))),
    byPart: new Map(parts),
    byDay: new Map([...inOrder(byDay)].map(([day, sum]) => [day, formatPrice(sum)])),
    unpriced: [...counts.keys()].filter((part) => !prices.has(part)).sort(),
  }
}

function halfUp(total: bigint, by: bigint): bigint {
  return (2n * total + by) / (2n * by)
}
