// The menu of a claim: with one tier, every plan of the whole policy as rows with date windows.
// The tiered menu takes its place here and keeps this row type.
import {
  addDays,
  addMonthsAnchored,
  addWeeks,
  compareDays,
  type Day,
  type Menu,
  type MenuRow,
  type PlanTerms,
} from '@parley/sdk/protocol'
import {
  type PlanInterval,
  type Policy,
  type PolicyBounds,
  type PolicyTerms,
  policyBounds,
} from './policy.ts'

export interface MenuFacts {
  policy: Policy
  /** What is owed now, in minor units. */
  outstanding: bigint
  currency: string
  dueDate: Day
  today: Day
  /** Of the request; the first when it is left out. */
  revision?: number
}

/** The menu of tier 0, which is final: the whole policy. Rows are in a fixed order. */
export function buildMenu(facts: MenuFacts): Menu {
  const { policy, revision = 1 } = facts
  return {
    // No two revisions share an id: an answer names what it answers.
    menuId: revision === 1 ? `v${policy.version}-0` : `r${revision}-v${policy.version}-0`,
    tier: 0,
    final: true,
    policyVersion: policy.version,
    policyHash: policy.policyHash,
    rows: policyRows(policy, facts),
  }
}

function policyRows(policy: Policy, facts: Omit<MenuFacts, 'policy'>): MenuRow[] {
  const { minInstalment } = policyBounds(policy.terms, facts, facts.today)
  const smallest = minInstalment > 0n ? minInstalment : 1n
  return policyWindows(policy, facts).filter(
    (row) => row.instalments === 1 || facts.outstanding / BigInt(row.instalments) >= smallest,
  )
}

const windowsByKey = new Map<string, MenuRow[]>()
const MAX_CACHED_WINDOWS = 1_000

/** The rows before the amount is known; invoices of one run share them, so they are kept. */
function policyWindows(policy: Policy, facts: Omit<MenuFacts, 'policy'>): MenuRow[] {
  const key = `${policy.policyHash} ${facts.dueDate} ${facts.today}`
  const known = windowsByKey.get(key)
  if (known !== undefined) return known
  const rows = computeWindows(policy.terms, policyBounds(policy.terms, facts, facts.today))
  if (windowsByKey.size >= MAX_CACHED_WINDOWS) windowsByKey.clear()
  windowsByKey.set(key, rows)
  return rows
}

function computeWindows(terms: PolicyTerms, bounds: PolicyBounds): MenuRow[] {
  const rows = [rowOf(1, null, bounds)]
  for (let instalments = 2; instalments <= terms.maxInstalments; instalments++) {
    for (const interval of terms.intervals) rows.push(rowOf(instalments, interval, bounds))
  }
  return rows.filter((row) => row !== undefined)
}

function rowOf(
  instalments: number,
  interval: PlanInterval | null,
  bounds: PolicyBounds,
): MenuRow | undefined {
  const latest = latestFirstDay(instalments, interval, bounds.lastDueTo)
  const firstDueTo = compareDays(latest, bounds.firstDueTo) < 0 ? latest : bounds.firstDueTo
  if (compareDays(firstDueTo, bounds.firstDueFrom) < 0) return undefined
  return {
    rowId: interval === null ? '1' : `${instalments}-${interval}`,
    instalments,
    interval,
    priceBps: 0,
    firstDueFrom: bounds.firstDueFrom,
    firstDueTo,
  }
}

/** The latest first day whose last instalment still falls on or before a day. */
function latestFirstDay(instalments: number, interval: PlanInterval | null, last: Day): Day {
  const steps = instalments - 1
  if (interval === 'P1W') return addWeeks(last, -steps)
  if (interval === 'P2W') return addWeeks(last, -2 * steps)
  if (interval === null) return last
  // A short month clamps several first days to one last day: the latest of them counts.
  let day = addMonthsAnchored(last, -steps)
  while (compareDays(addMonthsAnchored(addDays(day, 1), steps), last) <= 0) day = addDays(day, 1)
  return day
}

/** Whether a plan lies inside the policy: the same test that the rows were made from. */
export function policyAllows(facts: MenuFacts, plan: PlanTerms): boolean {
  return policyRows(facts.policy, facts).some(
    (row) =>
      row.instalments === plan.instalments &&
      row.interval === plan.interval &&
      row.priceBps === plan.priceBps &&
      compareDays(row.firstDueFrom, plan.firstDueDate) <= 0 &&
      compareDays(plan.firstDueDate, row.firstDueTo) <= 0,
  )
}
