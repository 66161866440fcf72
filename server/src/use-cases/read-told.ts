// What the person told us about a claim and what of it still holds: read from the holds, so that what
// staff noted counts too. The page shows it in place of the form.
import { type Day, dayInZone, type Money } from '@parley/sdk/protocol'
import { disputedOf, outstandingOf } from '../domain/claim/claim.ts'
import { type ClaimHold, type ClaimHoldReason, standingAt } from '../domain/claim/holds.ts'
import { holdsOf } from '../storage/claim-holds.ts'
import type { Claim } from '../storage/claims.ts'
import type { Database, Tx } from '../storage/database.ts'
import { lastPersonReply } from '../storage/person-replies.ts'

/** Days are in the person's zone. */
export interface Told {
  /** "I have paid": `missing` when the time to look for it is over. */
  paid: { on: Day; state: 'looking' | 'missing'; until: Day | null } | null
  /** The day of the promise that stands. */
  promise: Day | null
  dispute: { on: Day; amount: Money; isWhole: boolean } | null
  /** When help was asked for. */
  help: Day | null
}

/** Reads what was told; nothing on a closed claim. */
export async function toldOf(
  db: Database | Tx,
  claim: Claim,
  { now, timeZone }: { now: number; timeZone: string },
): Promise<Told> {
  const holds = claim.state === 'open' ? await holdsOf(db, claim) : []
  const standing = standingAt(holds, now)
  const of = (reason: ClaimHoldReason, among = standing) =>
    among.find((hold) => hold.reason === reason)
  const dayOf = (hold: ClaimHold | undefined) =>
    hold === undefined ? null : dayInZone(hold.createdAt, timeZone)
  return {
    paid: paidOf(of('already-paid', holds), { now, timeZone }),
    promise: of('promise') === undefined ? null : await promisedDay(db, claim),
    dispute: disputeOf(claim, dayOf(of('dispute'))),
    help: dayOf(of('hardship') ?? of('assistance')),
  }
}

function paidOf(
  hold: ClaimHold | undefined,
  { now, timeZone }: { now: number; timeZone: string },
): Told['paid'] {
  if (hold === undefined) return null
  const { until } = hold
  return {
    on: dayInZone(hold.createdAt, timeZone),
    state: standingAt([hold], now).length > 0 ? 'looking' : 'missing',
    // A hold ends with the first second of a day that it does not cover.
    until: until === null ? null : dayInZone(until - 1, timeZone),
  }
}

async function promisedDay(db: Database | Tx, claim: Claim): Promise<Day | null> {
  return (await lastPersonReply(db, claim, 'record-promise'))?.day ?? null
}

function disputeOf(claim: Claim, on: Day | null): Told['dispute'] {
  const minor = disputedOf(claim)
  if (on === null || minor === 0n) return null
  const isWhole = minor === outstandingOf(claim)
  return { on, amount: { minor, currency: claim.currency }, isWhole }
}
