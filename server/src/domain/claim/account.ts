// An account as messages name it, and when the next one may take its place.
import {
  addDays,
  compareDays,
  dayInZone,
  err,
  ok,
  parseDay,
  type Result,
  startOfDayInZone,
} from '@parley/sdk/protocol'
import { type Refusal, refusal } from '../refusal.ts'

export interface Account {
  iban: string
  bic?: string
}

/** The wire form: without `bic` where there is none. */
export function accountOf({ iban, bic }: { iban: string; bic: string | null }): Account {
  return bic === null ? { iban } : { iban, bic }
}

/** Days between the notice of another account and its first use, at least. Spec: ENR-07. */
export const ACCOUNT_NOTICE_DAYS = 3
const LONGEST_NOTICE_DAYS = 366

/**
 * The first day of another account and its start in the creditor's zone; three days ahead by
 * default. Refuses `date-invalid` and `date-outside-window` (under 3 days ahead, or over 366).
 */
export function decideEffectiveDay(
  wanted: string | undefined,
  { now, timeZone }: { now: number; timeZone: string },
): Result<{ on: string; at: number }, Refusal> {
  const pointer = '/accountEffectiveOn'
  const today = dayInZone(now, timeZone)
  const earliest = addDays(today, ACCOUNT_NOTICE_DAYS)
  const day = wanted === undefined ? ok(earliest) : parseDay(wanted)
  if (!day.ok) return err(refusal('date-invalid', 'use a calendar day YYYY-MM-DD', pointer))
  const on = day.value
  if (compareDays(on, earliest) < 0) {
    const detail = `agents are told ${ACCOUNT_NOTICE_DAYS} days before: ${earliest} at the earliest`
    return err(refusal('date-outside-window', detail, pointer))
  }
  if (compareDays(on, addDays(today, LONGEST_NOTICE_DAYS)) > 0) {
    const detail = `use a day within ${LONGEST_NOTICE_DAYS} days`
    return err(refusal('date-outside-window', detail, pointer))
  }
  return ok({ on, at: startOfDayInZone(on, timeZone) })
}
