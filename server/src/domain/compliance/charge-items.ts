// The charges of a claim as they are booked: one item for each (claim, rule, period), so that charging
// again changes nothing. A payment that arrives late in the books makes items smaller or takes them
// back; what a person has waived stays waived.

import { type Day, err, ok, type Result } from '@parley/sdk/protocol'
import type { Charge } from './charge.ts'

/** A booked charge. */
export interface ChargeItem {
  readonly claimId: string
  readonly rule: string
  readonly period: string
  /** What it comes to; owed only while `state` is `charged`. */
  readonly minor: bigint
  readonly formula: string
  readonly state: 'charged' | 'waived' | 'reversed'
  /** Why it is waived or reversed. */
  readonly reason: string | null
  /** The day of its last change. */
  readonly changedOn: Day
}

/** What posting did to one item; `before` and `after` are what is owed for it. */
export interface ItemChange {
  readonly kind: 'charged' | 'recomputed' | 'reversed'
  readonly item: ChargeItem
  readonly before: bigint
  readonly after: bigint
}

export interface Posting {
  readonly items: readonly ChargeItem[]
  readonly changes: readonly ItemChange[]
}

/** Why an item was not waived. */
export interface WaiveRefusal {
  readonly code: 'item-unknown' | 'item-not-charged' | 'reason-missing'
}

/**
 * Books the charges of a claim as computed on a day: new items are added, those that come to another
 * amount are recomputed, and those that are due no longer are reversed with the reason that the
 * computation gives. Posting the same charges again changes nothing. Waived items stay as they are.
 */
export function postCharges(
  items: readonly ChargeItem[],
  charges: readonly Charge[],
  { claimId, day }: { claimId: string; day: Day },
): Posting {
  const due = new Map(charges.map((charge) => [keyOf(charge), charge]))
  const own = items.filter((item) => item.claimId === claimId)
  const kept = items.map((item) => {
    return item.claimId === claimId ? settle(item, due.get(keyOf(item)), day) : item
  })
  const known = new Set(own.map(keyOf))
  const added = charges
    .filter((charge) => isDue(charge) && !known.has(keyOf(charge)))
    .map((charge) => itemOf(charge, { claimId, day }))
  const before = new Map(own.map((item) => [keyOf(item), item]))
  const after = [...kept, ...added]
  const changed = after.filter((item) => {
    return item.claimId === claimId && item !== before.get(keyOf(item))
  })
  return { items: after, changes: changed.map((item) => changeOf(item, before.get(keyOf(item)))) }
}

/**
 * Waives one item for good, with the reason that will be asked for one day. Refuses `item-unknown`,
 * `item-not-charged` (waived or reversed before) and `reason-missing`.
 */
export function waiveItem(
  items: readonly ChargeItem[],
  key: Pick<ChargeItem, 'claimId' | 'rule' | 'period'>,
  { reason, day }: { reason: string; day: Day },
): Result<ChargeItem[], WaiveRefusal> {
  const found = items.find((item) => item.claimId === key.claimId && keyOf(item) === keyOf(key))
  if (found === undefined) return err({ code: 'item-unknown' })
  if (found.state !== 'charged') return err({ code: 'item-not-charged' })
  if (reason.trim() === '') return err({ code: 'reason-missing' })
  const waived: ChargeItem = { ...found, state: 'waived', reason: reason.trim(), changedOn: day }
  return ok(items.map((item) => (item === found ? waived : item)))
}

/** Tells whether anything of a charge is owed. */
export function isOwed(item: ChargeItem): boolean {
  return owedFor(item) > 0n
}

/** Returns what is owed for an item. */
export function owedFor({ state, minor }: ChargeItem): bigint {
  return state === 'charged' ? minor : 0n
}

function settle(item: ChargeItem, charge: Charge | undefined, day: Day): ChargeItem {
  if (item.state === 'waived') return item
  if (charge === undefined || !isDue(charge)) {
    if (item.state === 'reversed') return item
    const reason = charge?.notCharged ?? 'nothing-owed'
    return { ...item, state: 'reversed', reason, changedOn: day }
  }
  const { minor, formula } = charge
  const isSame = item.state === 'charged' && item.minor === minor && item.formula === formula
  return isSame ? item : { ...item, minor, formula, state: 'charged', reason: null, changedOn: day }
}

function itemOf(
  { rule, period, minor, formula }: Charge,
  { claimId, day }: { claimId: string; day: Day },
): ChargeItem {
  return { claimId, rule, period, minor, formula, state: 'charged', reason: null, changedOn: day }
}

function changeOf(item: ChargeItem, before: ChargeItem | undefined): ItemChange {
  const wasOwed = before === undefined ? 0n : owedFor(before)
  const change = { item, before: wasOwed, after: owedFor(item) }
  if (item.state === 'reversed') return { kind: 'reversed', ...change }
  const isNew = before === undefined || before.state === 'reversed'
  return { kind: isNew ? 'charged' : 'recomputed', ...change }
}

function isDue({ notCharged, minor }: Charge): boolean {
  return notCharged === null && minor > 0n
}

function keyOf({ rule, period }: Pick<ChargeItem, 'rule' | 'period'>): string {
  return `${rule} ${period}`
}
