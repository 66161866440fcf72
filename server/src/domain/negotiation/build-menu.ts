// The menus of a claim: descending tiers, each exactly the plans that are worth at least so much to the
// creditor, as rows with date windows; the last is the whole policy.
import {
  type DayNumber,
  dayNumberOf,
  dayOf,
  type Envelope,
  type EnvelopeBounds,
  envelopeWindows,
  firstDayThat,
  type Menu,
  type MenuRow,
  menuOffers,
  type PlanTerms,
  rowsForPrincipal,
} from '@parley/sdk/protocol'
import { prepareValue, type RowWeights, weighRows } from './plan-value.ts'
import { type ClaimBounds, type Policy, policyBounds } from './policy.ts'

export interface MenuFacts extends ClaimBounds {
  readonly policy: Policy
  /** What plans are made over, in minor units. */
  readonly outstanding: bigint
  /** Of the request; the first when it is left out. */
  readonly revision?: number
}

/** Everything that a creditor offers for a claim in the course of a negotiation. */
export interface Offer {
  envelope: Envelope
  /** The rows of each menu, from the creditor's best to its whole policy; at least one. */
  tiers: readonly (readonly MenuRow[])[]
}

/**
 * Computes the menus of a claim. A tier that shows nothing more than the one before is left out, so
 * that nobody is asked the same twice. Rows are in a fixed order and have fixed ids.
 */
export function buildOffer(facts: MenuFacts): Offer {
  const { envelope, rows, ends } = computeTiers(facts)
  return { envelope, tiers: ends.map((tier) => rowsUntil(rows, tier)) }
}

/** What each menu of the offer asks of a plan, as shares in basis points, without its rows. */
export function tiersOfOffer(facts: MenuFacts): readonly number[] {
  return computeTiers(facts).envelope.tiers
}

/** The menu of a tier, which must be one of the offer's; the first by default. */
export function buildMenu(facts: MenuFacts, tier = 0): Menu {
  const menu = menuOf(facts, tier)
  if (menu === undefined) throw new RangeError(`the offer has no tier ${tier}`)
  return menu
}

/** The menu of the last tier: every plan of the policy. */
export function buildFinalMenu(facts: MenuFacts): Menu {
  return buildMenu(facts, computeTiers(facts).ends.length - 1)
}

/** The menu after that of a tier, or undefined after the last. */
export function buildNextMenu(facts: MenuFacts, tier: number): Menu | undefined {
  return menuOf(facts, tier + 1)
}

function menuOf(facts: MenuFacts, tier: number): Menu | undefined {
  const { policy, revision = 1 } = facts
  const { envelope, rows, ends } = computeTiers(facts)
  const shown = ends[tier]
  if (shown === undefined) return undefined
  const id = `v${policy.version}-${tier}`
  return {
    // No two revisions share an id: an answer names what it answers.
    menuId: revision === 1 ? id : `r${revision}-${id}`,
    tier,
    final: tier === ends.length - 1,
    policyVersion: policy.version,
    policyHash: policy.policyHash,
    rows: rowsUntil(rows, shown),
    ...(policy.terms.publishEnvelope ? { envelope } : {}),
  }
}

/** Whether a plan lies inside the policy: the rows of the last menu decide. */
export function policyAllows(facts: MenuFacts, plan: PlanTerms): boolean {
  const { rows, ends } = computeTiers(facts)
  return menuOffers({ rows: rowsUntil(rows, ends.at(-1) ?? []) }, plan)
}

const WHOLE_BPS = 10_000
/** How far below its worst plan the creditor's range begins, as a share of the range. */
const FLOOR_SHARE = 0.1

interface PolicySpace {
  bounds: EnvelopeBounds
  windows: MenuRow[]
  weights: ReadonlyMap<string, RowWeights>
}

const spacesByKey = new Map<string, PolicySpace>()
const MAX_CACHED_DAYS = 1_000_000
let cachedDays = 0

/** What does not depend on an amount; invoices of one run share it, so it is kept. */
function policySpace(policy: Policy, claim: ClaimBounds): PolicySpace {
  const { currency, dueDate, offeredOn, payDay = '', withoutPrice = false } = claim
  const key = [policy.policyHash, currency, dueDate, offeredOn, payDay, withoutPrice].join(' ')
  const known = spacesByKey.get(key)
  if (known !== undefined) return known
  const bounds = policyBounds(policy.terms, claim)
  const windows = envelopeWindows(bounds)
  const { value } = policy.terms
  const space = { bounds, windows, weights: weighRows(windows, { value, offeredOn }) }
  keepSpace(key, space)
  return space
}

function keepSpace(key: string, space: PolicySpace): void {
  const days = [...space.weights.values()].reduce((sum, { weights }) => sum + weights.length, 0)
  if (cachedDays + days > MAX_CACHED_DAYS) {
    spacesByKey.clear()
    cachedDays = 0
  }
  spacesByKey.set(key, space)
  cachedDays += days
}

interface Tiers {
  envelope: Envelope
  rows: readonly ValuedRow[]
  /** For each tier, the last first day of every row; before its first for a row that is not shown. */
  ends: readonly (readonly DayNumber[])[]
}

interface ValuedRow {
  row: MenuRow
  from: DayNumber
  to: DayNumber
  value(day: DayNumber): number
}

/** An answer asks for the same offer several times: whether it allows a plan, its next menu, its size. */
const tiersByFacts = new WeakMap<MenuFacts, Tiers>()

function computeTiers(facts: MenuFacts): Tiers {
  const known = tiersByFacts.get(facts) ?? computeTiersAnew(facts)
  tiersByFacts.set(facts, known)
  return known
}

function computeTiersAnew(facts: MenuFacts): Tiers {
  const { policy, outstanding, currency } = facts
  const { tiers, value } = policy.terms
  const space = policySpace(policy, facts)
  const principal = { minor: outstanding, currency }
  const valueOfRow = prepareValue(principal, value)
  const rows = rowsForPrincipal(space.windows, space.bounds, principal).map((row) =>
    valuedRow(row, space.weights, valueOfRow(row)),
  )
  const ends = tiers.map((share) => tierEnds(rows, share / WHOLE_BPS))
  const kept = ends.flatMap((tier, index) => (isSame(tier, ends[index + 1]) ? [] : [index]))
  return {
    envelope: { ...space.bounds, tiers: kept.map((index) => tiers[index] ?? 0) },
    rows,
    ends: kept.map((index) => ends[index] ?? []),
  }
}

/** Windows begin and end where the weights do, unless the law let them begin later. */
function valuedRow(
  row: MenuRow,
  weights: ReadonlyMap<string, RowWeights>,
  worthOf: (weight: number) => number,
): ValuedRow {
  const weighed = weights.get(row.rowId)
  if (weighed === undefined) throw new Error(`row ${row.rowId} has no weights`)
  const from = row.priceBps > 0 ? dayNumberOf(row.firstDueFrom) : weighed.from
  return {
    row,
    from,
    to: weighed.from + weighed.weights.length - 1,
    value: (day) => worthOf(weighed.weights[day - weighed.from] ?? Number.NaN),
  }
}

/** For each row the last day that is worth enough; before its first when none is. */
function tierEnds(rows: readonly ValuedRow[], share: number): DayNumber[] {
  if (share === 0) return rows.map(({ to }) => to)
  const best = Math.max(...rows.map((row) => row.value(row.from)))
  const worst = Math.min(...rows.map((row) => row.value(row.to)))
  const floor = worst - FLOOR_SHARE * Math.max(1, best - worst)
  // The sum may round above the best itself: no menu is empty.
  const least = Math.min(best, floor + share * (best - floor))
  // Worth never rises from one day to the next.
  return rows.map(
    ({ from, to, value }) => firstDayThat({ from, to }, (day) => !(value(day) >= least)) - 1,
  )
}

function isSame(ends: readonly DayNumber[], next: readonly DayNumber[] | undefined): boolean {
  return next !== undefined && ends.every((end, index) => end === next[index])
}

function rowsUntil(rows: readonly ValuedRow[], ends: readonly DayNumber[]): MenuRow[] {
  return rows.flatMap(({ row, from, to }, index) => {
    const end = ends[index] ?? 0
    if (end < from) return []
    return [end === to ? row : { ...row, firstDueTo: dayOf(end) }]
  })
}
