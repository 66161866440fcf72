// The daily run of the retention schedules: what a country's schedules say is over goes, and a report stays.
import { ok, type Result } from '@parley/sdk/protocol'
import {
  cutOff,
  type DataClass,
  type RetentionRules,
  scheduleOf,
  withOwnMonths,
} from '../domain/privacy/retention.ts'
import type { Refusal } from '../domain/refusal.ts'
import { readCreditor } from '../storage/creditors.ts'
import {
  creditorsToRetain,
  debtorCountries,
  emptyEndedTasks,
  emptyMoneyOfNobody,
  emptyRefundFiles,
  forgetLearntFacts,
  forgetOldReplies,
  forgetToldAgents,
  idlePeople,
  insertRetentionRun,
  type RetainedBy,
  type RetentionRun,
  retentionRunsOf,
} from '../storage/retention.ts'
import { dayOf } from './day-of.ts'
import { type EraseDeps, erasePerson } from './erase-person.ts'

const DAY_SECONDS = 86_400
/** So long an agent that asks for nothing may still learn that its person is gone. */
const AGENT_SECONDS = 30 * DAY_SECONDS
/** So many people are looked at together. */
const PAGE = 20

/**
 * Runs the schedules of creditors that had no run for a day. Returns how many creditors. @throws at the end
 * what went wrong with somebody: nobody else waits for that, and the next run tries it again.
 */
export async function runRetention(deps: EraseDeps, { limit }: { limit: number }): Promise<number> {
  const now = deps.clock.now()
  const due = await creditorsToRetain(deps.db, { since: now - DAY_SECONDS, limit })
  const failures: unknown[] = []
  for (const creditor of due) await retain(deps, creditor, failures)
  if (failures.length > 0) {
    throw new AggregateError(failures, `people who could not be erased: ${failures.length}`)
  }
  return due.length
}

async function retain(deps: EraseDeps, creditor: RetainedBy, failures: unknown[]): Promise<void> {
  const { db, retention } = deps
  const { creditorId, country, own } = creditor
  const now = deps.clock.now()
  const rules = withOwnMonths(retention.of(country), own)
  const before = (name: DataClass) => instantBefore(rules, name, now)
  const done = {
    person: await eraseIdle(deps, { ...creditor, now }, failures),
    'money-of-nobody': await emptyMoneyOfNobody(db, {
      creditorId,
      before: before('money-of-nobody'),
    }),
    'words-in-tasks': await emptyEndedTasks(db, { creditorId, before: before('words-in-tasks') }),
    'refund-files': await db
      .transaction()
      .execute((tx) =>
        emptyRefundFiles(tx, { creditorId, before: before('refund-files'), at: now }),
      ),
    'learnt-facts': await forgetLearntFacts(db, { creditorId, before: before('learnt-facts') }),
    'kept-replies': await forgetOldReplies(db, { creditorId, before: before('kept-replies') }),
  }
  await db
    .transaction()
    .execute((tx) => forgetToldAgents(tx, { creditorId, before: now - AGENT_SECONDS }))
  await insertRetentionRun(db, { creditorId, ranAt: now, done })
}

/** People are erased by the rules of their own country; who cannot be erased yet stays. */
async function eraseIdle(
  deps: EraseDeps,
  { creditorId, country, own, now }: RetainedBy & { now: number },
  failures: unknown[],
): Promise<number> {
  let erased = 0
  for (const theirs of await debtorCountries(deps.db, creditorId)) {
    const rules = withOwnMonths(deps.retention.of(theirs ?? country), own)
    const before = cutOff(scheduleOf(rules, 'person'), dayOf(now, 'UTC'))
    for (let after: string | undefined = ''; after !== undefined; ) {
      const query = { creditorId, country: theirs, before, after, limit: PAGE }
      const people = await idlePeople(deps.db, query)
      for (const person of people) {
        try {
          if ((await erasePerson(deps, person)).ok) erased += 1
        } catch (error) {
          failures.push(error)
        }
      }
      after = people.at(-1)?.debtorId
    }
  }
  return erased
}

function instantBefore(rules: RetentionRules, name: DataClass, now: number): number {
  return Date.parse(cutOff(scheduleOf(rules, name), dayOf(now, 'UTC'))) / 1000
}

/** The rules in force for a creditor, and what the last runs did. */
export interface RetentionReport {
  rules: RetentionRules
  runs: RetentionRun[]
}

const SHOWN_RUNS = 31

/** Reads the report of a creditor. */
export async function readRetentionReport(
  { db, retention }: Pick<EraseDeps, 'db' | 'retention'>,
  creditorId: string,
): Promise<Result<RetentionReport, Refusal>> {
  const { country, retention: own } = await readCreditor(db, creditorId)
  const runs = await retentionRunsOf(db, { creditorId, limit: SHOWN_RUNS })
  return ok({ rules: withOwnMonths(retention.of(country), own), runs })
}
