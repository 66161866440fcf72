// A customer says that something we learnt, or a step that we took, is not right. From then on it is not
// used; a person gets it with its explanation and decides (GDPR art. 22).
import { dayInZone, err, instantInZone, nextTargetDay, ok, type Result } from '@parley/sdk/protocol'
import { REVIEW_CONTEST } from '../domain/desk/task-kinds.ts'
import { type Refusal, refusal } from '../domain/refusal.ts'
import { addWorkingDays } from '../domain/working-days.ts'
import { type Claim, findClaim } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import type { Tx } from '../storage/database.ts'
import { lockDebtor } from '../storage/debtors.ts'
import { appendEvents } from '../storage/events.ts'
import { hasSentStep } from '../storage/human-messages.ts'
import { findLearntFact } from '../storage/learnt-facts.ts'
import { insertContest, type NewContest } from '../storage/profile-contests.ts'
import { insertTasks } from '../storage/tasks.ts'
import type { Deps } from './deps.ts'
import { newTask } from './new-task.ts'

export interface ContestProfile {
  creditorId: string
  /** The claim by whose page or conversation it comes. */
  claimId: string
  /** The id of a fact, or the key of a step of the claim. */
  subject: { factId: string } | { step: string }
  channel: 'portal' | 'agent'
  /** The person's own words; sealed. */
  text?: string
}

export type ContestDeps = Pick<Deps, 'db' | 'clock' | 'ids' | 'outboxChanged'>

const DECIDE_WORKING_DAYS = 5
const END_OF_WORK = '17:00'

/**
 * Keeps a contest with its event and task; the same thing again, while it is open, has no effect. Refuses
 * `not-found` for a claim, fact or step that is not the customer's.
 */
export async function contestProfile(
  deps: ContestDeps,
  command: ContestProfile,
): Promise<Result<void, Refusal>> {
  const prepared = await prepareContest(deps, command)
  if (!prepared.ok) return prepared
  await deps.db.transaction().execute(prepared.value)
  deps.outboxChanged()
  return ok(undefined)
}

/** The same for whoever writes something else with it. */
export async function prepareContest(
  deps: ContestDeps,
  command: ContestProfile,
): Promise<Result<(tx: Tx) => Promise<void>, Refusal>> {
  const claim = await findClaim(deps.db, command)
  const subject = claim && (await subjectOf(deps, claim, command.subject))
  if (claim === undefined || subject === undefined) {
    return err(refusal('not-found', 'there is no such fact, and no such step'))
  }
  const { creditorId, claimId, debtorId } = claim
  const { channel, text } = command
  const now = deps.clock.now()
  const contestId = deps.ids.newId('pc')
  const { kind } = subject
  const contest: NewContest = {
    ...{ creditorId, contestId, debtorId, claimId, kind, channel },
    subject: subject.name,
    contestedAt: now,
  }
  const details = JSON.stringify({ channel, text })
  const dueAt = await dueAtOf(deps, creditorId, now)
  const task = newTask(deps, claim, {
    ...{ kind: REVIEW_CONTEST, origin: contestId, details, dueAt, now },
  })
  const event = { creditorId, claimId, at: now }
  return ok(async (tx) => {
    if (!(await lockDebtor(tx, claim)) || !(await insertContest(tx, contest))) return
    await insertTasks(tx, [task])
    await appendEvents(tx, [
      {
        ...event,
        type: 'profile.contested',
        data: { contestId, kind, subject: subject.name, channel },
      },
      { ...event, type: 'task.opened', data: { kind: REVIEW_CONTEST, dueAt } },
    ])
  })
}

interface Subject {
  kind: NewContest['kind']
  name: string
}

async function subjectOf(
  { db }: ContestDeps,
  { creditorId, claimId, debtorId }: Claim,
  subject: ContestProfile['subject'],
): Promise<Subject | undefined> {
  if ('factId' in subject) {
    const { factId } = subject
    const found = await findLearntFact(db, { creditorId, factId })
    const isOwn = found?.debtorId === debtorId
    return isOwn ? { kind: found.learnt.kind, name: factId } : undefined
  }
  const { step } = subject
  const isTaken = await hasSentStep(db, { creditorId, claimId, step })
  return isTaken ? { kind: 'step', name: step } : undefined
}

async function dueAtOf({ db }: ContestDeps, creditorId: string, now: number) {
  const { timeZone } = await readCreditor(db, creditorId)
  const today = dayInZone(now, timeZone)
  const day = addWorkingDays(today, DECIDE_WORKING_DAYS, new Set())
  return instantInZone(nextTargetDay(day), END_OF_WORK, timeZone)
}
