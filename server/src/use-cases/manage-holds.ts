// The creditor lets the reminders of a claim rest, or go on. The agent is told by a signed status. A
// dispute is no hold to set: the debtor raises it, and resolve-dispute.ts decides on it.
import { err, ok, type Result } from '@parley/sdk/protocol'
import {
  type ClaimHold,
  type ClaimHoldReason,
  checkHold,
  checkRelease,
  defaultEnd,
  standingAt,
} from '../domain/claim/holds.ts'
import type { Refusal } from '../domain/refusal.ts'
import { findClaim } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import { findDebtor } from '../storage/debtors.ts'
import { type ClaimSituation, readSituation } from './conversation-exchange.ts'
import type { Along } from './deps.ts'
import { retryWhenOutrun } from './retry-when-outrun.ts'
import {
  type HoldDeps,
  readOpenSituation,
  unknownClaim,
  writeHoldChange,
} from './write-hold-change.ts'

export type ReleasableReason = Exclude<ClaimHoldReason, 'dispute'>
/** A collection that failed is told as such: see record-collection-failure.ts. */
export type SettableReason = Exclude<ReleasableReason, 'collection-failed'>

export interface SetHold {
  creditorId: string
  claimId: string
  reason: SettableReason
  /** Epoch seconds; null: as long as the law says, which mostly is until it is released. */
  until: number | null
}

/**
 * Sets a hold, in place of one of the same reason; the same hold again has no effect. Refuses
 * `not-found`, `claim-settled`, `claim-not-open` and `hold-until`.
 */
export async function setHold(
  deps: HoldDeps,
  command: SetHold & Along,
): Promise<Result<void, Refusal>> {
  return await retryWhenOutrun(() => set(deps, command))
}

async function set(deps: HoldDeps, command: SetHold & Along): Promise<Result<void, Refusal>> {
  const situation = await readOpenSituation(deps, command)
  if (!situation.ok) return situation
  const { holds, now } = situation.value
  const { reason } = command
  const known = holds.find((hold) => hold.reason === reason)
  const until = command.until ?? (await endByLaw(deps, situation.value, { reason, known }))
  if (known !== undefined && known.until === until) return ok(undefined)
  const checked = checkHold({ reason, until }, now)
  if (!checked.ok) return checked
  const put: ClaimHold = { reason, until, createdAt: now }
  const event = { type: 'hold.set', data: { reason, until } }
  await writeHoldChange(deps, situation.value, { put }, { ...event, along: command.along })
  return ok(undefined)
}

/** A moratorium that stands already is not begun anew. */
async function endByLaw(
  { db }: HoldDeps,
  { claim, now }: ClaimSituation,
  { reason, known }: { reason: SettableReason; known: ClaimHold | undefined },
): Promise<number | null> {
  if (reason !== 'moratorium') return null
  if (known !== undefined && standingAt([known], now).length > 0) return known.until
  const debtor = await findDebtor(db, claim)
  const creditor = await readCreditor(db, claim.creditorId)
  const country = debtor?.country ?? creditor.country
  return defaultEnd({ reason, country }, { now, timeZone: debtor?.timeZone ?? creditor.timeZone })
}

/**
 * Releases a hold; one that does not stand is released already. Refuses `not-found` and `hold-until`
 * (ASS-01).
 */
export async function releaseHold(
  deps: HoldDeps,
  command: { creditorId: string; claimId: string; reason: ReleasableReason } & Along,
): Promise<Result<void, Refusal>> {
  return await retryWhenOutrun(() => release(deps, command))
}

async function release(
  deps: HoldDeps,
  {
    reason,
    along,
    ...key
  }: { creditorId: string; claimId: string; reason: ReleasableReason } & Along,
): Promise<Result<void, Refusal>> {
  if ((await findClaim(deps.db, key)) === undefined) return err(unknownClaim())
  const situation = await readSituation(deps, key)
  const known = situation.holds.find((hold) => hold.reason === reason)
  if (known === undefined) return ok(undefined)
  const checked = checkRelease(known, situation.now)
  if (!checked.ok) return checked
  const change = { release: { reason, as: 'released' } }
  await writeHoldChange(deps, situation, change, { type: 'hold.released', data: { reason }, along })
  return ok(undefined)
}
