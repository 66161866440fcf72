// A direct debit or card payment that failed: is it tried again, when, and how long do reminders rest
// meanwhile? Pure; the creditor collects, and is told the day by the event.
import {
  addDays,
  compareDays,
  type Day,
  daysBetween,
  err,
  ok,
  parseDay,
  type Result,
} from '@parley/sdk/protocol'
import { nextPayDay } from '../dunning/anchors.ts'
import { type Refusal, refusal } from '../refusal.ts'
import { addWorkingDays } from '../working-days.ts'

/** `insufficient-funds` may pass (ISO 20022 AM04); `refused`: card or mandate do not work any more. */
export type CollectionFailureReason = 'insufficient-funds' | 'refused'

export interface CollectionFailure {
  readonly reason: CollectionFailureReason
  /** When it failed; today without. */
  readonly on?: string
}

/** What was known of collections of the claim before. */
export interface CollectionsBefore {
  readonly last: { readonly againOn: Day | null } | null
  /** How often one was tried again. */
  readonly timesAgain: number
}

export interface CollectionFacts {
  readonly today: Day
  /** Day of the month on which the person has money, as told; null when it is not known. */
  readonly payDay: number | null
  /** What the journey allows. */
  readonly maxTimes: number
  readonly bankHolidays: { has(day: Day): boolean }
}

export interface CollectionDecision {
  /** Null where it is not tried again. */
  readonly againOn: Day | null
  /** The last day on which reminders rest. */
  readonly restsUntil: Day
}

/** A debit is announced this long before (EPC016-06 §4.3 lets creditor and debtor agree on less than 14). */
const NOTICE_DAYS = 2
/** Without a known pay day the account gets a week. */
const WITHOUT_PAY_DAY = 7
/** Returns for lack of funds come within five bank days (EPC016-06 §4.3.4). */
const RETURN_BANK_DAYS = 5
const OLDEST_DAYS = 90

/**
 * Decides on a failure; undefined when it is one that is known: a collection that is still to be tried
 * again cannot have failed again. Refuses `date-invalid` and `date-outside-window` (a day to come, or
 * more than 90 days ago).
 */
export function decideCollectionFailure(
  { reason, on }: CollectionFailure,
  { last, timesAgain }: CollectionsBefore,
  facts: CollectionFacts,
): Result<CollectionDecision | undefined, Refusal> {
  const { today, maxTimes, bankHolidays } = facts
  const failedOn = on === undefined ? ok(today) : parseDay(on)
  if (!failedOn.ok) return err(refusal('date-invalid', 'use a calendar day YYYY-MM-DD', '/on'))
  const age = daysBetween(failedOn.value, today)
  if (age < 0 || age > OLDEST_DAYS) {
    const detail = `use a day from ${OLDEST_DAYS} days ago to today`
    return err(refusal('date-outside-window', detail, '/on'))
  }
  const expected = last?.againOn ?? null
  if (expected !== null && compareDays(failedOn.value, expected) < 0) return ok(undefined)
  const isTried = reason === 'insufficient-funds' && timesAgain < maxTimes
  const againOn = isTried ? dayToTryAgain(facts) : null
  const restsUntil = addWorkingDays(againOn ?? today, RETURN_BANK_DAYS, bankHolidays)
  return ok({ againOn, restsUntil })
}

function dayToTryAgain({ today, payDay, bankHolidays }: CollectionFacts): Day {
  const earliest = addWorkingDays(today, NOTICE_DAYS, bankHolidays)
  const wished = payDay === null ? addDays(today, WITHOUT_PAY_DAY) : nextPayDay(earliest, payDay)
  // That day, or the next on which banks settle.
  return addWorkingDays(addDays(wished, -1), 1, bankHolidays)
}
