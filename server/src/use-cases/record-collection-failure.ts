// The creditor tells that a direct debit or card payment failed. Reminders rest, the journey for it takes
// the case, and the event says whether and when to collect again.
import { addDays, dayInZone, ok, type Result, startOfDayInZone } from '@parley/sdk/protocol'
import {
  type CollectionDecision,
  type CollectionFailure,
  decideCollectionFailure,
} from '../domain/claim/collection-failure.ts'
import { type HolidayCalendar, holidaysNamed } from '../domain/compliance/holidays.ts'
import { actOf } from '../domain/dunning/journey-definition.ts'
import { journeyForLife } from '../domain/dunning/special-journeys.ts'
import type { Refusal } from '../domain/refusal.ts'
import { readStepSources } from './read-step-sources.ts'
import { retryWhenOutrun } from './retry-when-outrun.ts'
import { knownFacts, type StepSources } from './step-facts-of-claim.ts'
import { type HoldDeps, readOpenSituation, writeHoldChange } from './write-hold-change.ts'

export type CollectionDeps = HoldDeps & {
  /** Public holidays by country, and `TARGET` for the banks. */
  calendars: ReadonlyMap<string, HolidayCalendar>
}

export interface RecordCollectionFailure {
  creditorId: string
  claimId: string
  failure: CollectionFailure
}

/**
 * Records a failure, with `collection.failed` and `againOn` where it is to be tried again; one that is
 * known has no effect. Refuses `not-found`, `claim-settled`, `claim-not-open` and as
 * decideCollectionFailure does.
 */
export async function recordCollectionFailure(
  deps: CollectionDeps,
  command: RecordCollectionFailure,
): Promise<Result<void, Refusal>> {
  return await retryWhenOutrun(() => record(deps, command))
}

async function record(
  deps: CollectionDeps,
  command: RecordCollectionFailure,
): Promise<Result<void, Refusal>> {
  const situation = await readOpenSituation(deps, command)
  if (!situation.ok) return situation
  const { claim, now } = situation.value
  const sources = await readStepSources(deps.db, claim, now)
  const timeZone = sources.debtor.timeZone ?? sources.creditor.timeZone
  const today = dayInZone(now, timeZone)
  const { collections } = sources.records
  const decided = decideCollectionFailure(command.failure, collections, {
    today,
    payDay: sources.debtor.preferences.payDay ?? null,
    maxTimes: maxTimesOf(deps, sources),
    bankHolidays: holidaysNamed(deps.calendars, 'TARGET'),
  })
  if (!decided.ok) return decided
  if (decided.value === undefined) return ok(undefined)
  const { reason, on = today } = command.failure
  const { againOn, restsUntil } = decided.value
  const until = startOfDayInZone(addDays(restsUntil, 1), timeZone)
  const put = { reason: 'collection-failed', until, createdAt: now } as const
  const event = { type: 'collection.failed', data: dataOf({ reason, on, againOn }) }
  await writeHoldChange(deps, situation.value, { put }, event)
  return ok(undefined)
}

function dataOf({
  againOn,
  ...failed
}: Required<CollectionFailure> & Pick<CollectionDecision, 'againOn'>) {
  return { ...failed, ...(againOn === null ? {} : { againOn }) }
}

const FAILED = [{ reason: 'collection-failed', until: null }] as const

/** As often as the journey for such a person says; never without one. */
function maxTimesOf({ journeys }: CollectionDeps, sources: StepSources): number {
  const known = knownFacts(sources, sources.now)
  const steps = journeyForLife(journeys.values(), FAILED, known)?.steps ?? []
  return Math.max(0, ...steps.map((step) => actOf(step, 'collect-again')?.maxTimes ?? 0))
}
