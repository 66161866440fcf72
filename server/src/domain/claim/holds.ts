// Holds: why the dunning clock of a claim stands still, and what a hold may not fall short of.
// Pure; storage keeps one row a reason.
import { addDays, dayInZone, err, ok, type Result, startOfDayInZone } from '@parley/sdk/protocol'
import { endOfHolds } from '../dunning/next-step.ts'
import { type Refusal, refusal } from '../refusal.ts'

/** The reasons of the protocol (spec: messages.schema.json, `Hold`), and what stands behind them. */
export type ClaimHoldReason = WireHoldReason | SilentHoldReason

/** What an agent is told. */
export type WireHoldReason =
  | 'dispute'
  | 'assistance'
  | 'negotiation'
  | 'request-of-debtor'
  | 'other'

/** What is nobody's business but the creditor's people's, and how it is told instead. */
export type SilentHoldReason = keyof typeof TOLD_AS

const TOLD_AS = {
  'already-paid': 'request-of-debtor',
  promise: 'request-of-debtor',
  'collection-failed': 'other',
  hardship: 'assistance',
  moratorium: 'other',
  deceased: 'other',
  insolvency: 'other',
} as const satisfies Readonly<Record<string, WireHoldReason>>

/** The reason that an agent is told: nothing of a person's life. */
export function reasonOnWire(reason: ClaimHoldReason): WireHoldReason {
  return isSilent(reason) ? TOLD_AS[reason] : reason
}

function isSilent(reason: ClaimHoldReason): reason is SilentHoldReason {
  return Object.hasOwn(TOLD_AS, reason)
}

/** A hold that was not released; `until` and `createdAt` in epoch seconds. */
export interface ClaimHold {
  readonly reason: ClaimHoldReason
  /** Null: until somebody releases it. */
  readonly until: number | null
  readonly createdAt: number
}

/** How long dunning rests at least once the debtor asked for help: 14 days. Spec: ASS-01. */
export const ASSISTANCE_SECONDS = 14 * 86_400

/**
 * How long a moratorium lasts where nobody says its end. GB: 60 days from the day on which it begins
 * (Debt Respite Scheme Regulations 2020, breathing space moratorium).
 */
const MORATORIUM_DAYS: Readonly<Record<string, number>> = { GB: 60 }

/** The end of a hold that is set without one, in epoch seconds; null: until it is released. */
export function defaultEnd(
  { reason, country }: { reason: ClaimHoldReason; country: string },
  { now, timeZone }: { now: number; timeZone: string },
): number | null {
  const days = reason === 'moratorium' ? MORATORIUM_DAYS[country] : undefined
  if (days === undefined) return null
  return startOfDayInZone(addDays(dayInZone(now, timeZone), days), timeZone)
}

/** The holds that still stand at an instant. */
export function standingAt<H extends Pick<ClaimHold, 'until'>>(
  holds: readonly H[],
  now: number,
): H[] {
  return holds.filter(({ until }) => until === null || until > now)
}

/** The hold that stands longest, which is the one to explain; undefined when none stands. */
export function leadingHold(holds: readonly ClaimHold[], now: number): ClaimHold | undefined {
  const standing = standingAt(holds, now)
  const end = endOfHolds(standing)
  return standing.find(({ until }) => until === end)
}

/**
 * Checks a hold that the creditor sets. Refuses `hold-until`: an end that has passed, or one before
 * the 14 days after `now` when the debtor is being helped (ASS-01).
 */
export function checkHold(
  hold: Pick<ClaimHold, 'reason' | 'until'>,
  now: number,
): Result<void, Refusal> {
  const { reason, until } = hold
  if (until === null) return ok(undefined)
  if (until <= now) return err(refusal('hold-until', 'the end of the hold has passed', '/until'))
  if (reason === 'assistance' && until < now + ASSISTANCE_SECONDS) {
    return err(refusal('hold-until', 'dunning rests for 14 days at least', '/until'))
  }
  return ok(undefined)
}

/** Refuses `hold-until` for the release of a hold of assistance before its 14 days are over. */
export function checkRelease(hold: ClaimHold, now: number): Result<void, Refusal> {
  if (hold.reason === 'assistance' && now < hold.createdAt + ASSISTANCE_SECONDS) {
    return err(refusal('hold-until', 'dunning rests for 14 days at least'))
  }
  return ok(undefined)
}
