// Claims that wait for a step of their journey, in a table of their own: a sweep reads an index
// range of what is due and nothing of what sleeps.

import { type Selectable, sql } from 'kysely'
import type { ResumedJourney, StepDone } from '../domain/dunning/journey.ts'
import type { Database, Tx } from './database.ts'
import type { DunningCasesTable } from './tables/dunning.ts'

export interface DunningCase {
  creditorId: string
  claimId: string
  journeyId: string
  journeyVersion: number
  stepsDone: StepDone[]
  nextStep: string
  nextActionAt: number
  /** When what started the journey happened. */
  triggerAt: number
  /** The day that it is about, such as that of a promise. */
  anchorDay: string | null
  /** The journey that goes on when this one has had its turn. */
  resumes: ResumedJourney | null
  /** Rises when the journey goes on some steps back. */
  round: number
  /** The step whose charges were added already. */
  chargedStep: string | null
}

interface ClaimKey {
  creditorId: string
  claimId: string
}

/**
 * Claims up to `limit` cases that are due and keeps them from other workers until the transaction
 * ends; cases that another worker holds are passed over.
 */
export async function lockDueCases(
  tx: Tx,
  { now, limit }: { now: number; limit: number },
): Promise<DunningCase[]> {
  const rows = await tx
    .selectFrom('dunning_cases')
    .selectAll()
    .where('next_action_at', '<=', now)
    .orderBy('next_action_at')
    .limit(limit)
    .forUpdate()
    .skipLocked()
    .execute()
  return rows.map(toCase)
}

/** A step of a journey, by their ids. */
export interface StepOfJourney {
  journeyId: string
  stepId: string
}

/**
 * Due cases whose planned step is one of these and has not had its charges added, read without a
 * lock.
 */
export async function dueBeforeCharges(
  db: Database,
  steps: readonly StepOfJourney[],
  { now, limit }: { now: number; limit: number },
): Promise<DunningCase[]> {
  if (steps.length === 0) return []
  const rows = await db
    .selectFrom('dunning_cases')
    .selectAll()
    .where('next_action_at', '<=', now)
    .where(sql<boolean>`(journey_id, next_step) in (
      select * from unnest(${steps.map((it) => it.journeyId)}::text[],
        ${steps.map((it) => it.stepId)}::text[]))`)
    .where(sql<boolean>`charged_step is distinct from next_step`)
    .orderBy('next_action_at')
    .limit(limit)
    .execute()
  return rows.map(toCase)
}

/** Notes that the charges of a step were added. */
export async function markCharged(tx: Tx, claim: ClaimKey, stepId: string): Promise<void> {
  await tx
    .updateTable('dunning_cases')
    .set({ charged_step: stepId })
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .execute()
}

/** The case of a claim, or undefined when no step is planned. */
export async function dunningCaseOf(
  db: Database | Tx,
  claim: ClaimKey,
): Promise<DunningCase | undefined> {
  const row = await db
    .selectFrom('dunning_cases')
    .selectAll()
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .executeTakeFirst()
  return row === undefined ? undefined : toCase(row)
}

/** What begins another round of a claim's journeys. */
const ROUND_EVENTS = [
  'journey.changed',
  'balance.carried-over',
  'payment.returned',
  'payment.unmatched',
  'credit.offered',
]

/** How many rounds a claim's journeys have had at most: the first, and one more with each such event. */
export async function countRounds(db: Database | Tx, claim: ClaimKey): Promise<number> {
  const row = await db
    .selectFrom('events')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .where('type', 'in', ROUND_EVENTS)
    .executeTakeFirstOrThrow()
  return 1 + Number(row.n)
}

/** Moves the next step of a case to another instant; a claim without a case has none to move. */
export async function rescheduleStep(tx: Tx, claim: ClaimKey, at: number): Promise<void> {
  await tx
    .updateTable('dunning_cases')
    .set({ next_action_at: at })
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .execute()
}

/** Ends the journey of a claim: settled, cancelled, agreed, or all steps taken. */
export async function endDunning(tx: Tx, claim: ClaimKey): Promise<void> {
  await tx
    .deleteFrom('dunning_cases')
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .execute()
}

function toCase(row: Selectable<DunningCasesTable>): DunningCase {
  return {
    creditorId: row.creditor_id,
    claimId: row.claim_id,
    journeyId: row.journey_id,
    journeyVersion: row.journey_version,
    stepsDone: row.steps_done,
    nextStep: row.next_step,
    nextActionAt: row.next_action_at,
    triggerAt: row.trigger_at,
    anchorDay: row.anchor_day,
    resumes: row.resumes,
    round: row.round,
    chargedStep: row.charged_step,
  }
}

/** How many cases are due. */
export async function countDueCases(db: Database, now: number): Promise<number> {
  const row = await db
    .selectFrom('dunning_cases')
    .select((eb) => eb.fn.countAll<number>().as('n'))
    .where('next_action_at', '<=', now)
    .executeTakeFirstOrThrow()
  return row.n
}

/** When the next case falls due, over all creditors; null when none waits. */
export async function nextActionAt(db: Database): Promise<number | null> {
  const row = await db
    .selectFrom('dunning_cases')
    .select('next_action_at')
    .orderBy('next_action_at')
    .limit(1)
    .executeTakeFirst()
  return row?.next_action_at ?? null
}

/** Starts the journey of a claim at a step. A case that the claim has already stays as it is. */
export async function openCase(tx: Tx, opened: DunningCase): Promise<void> {
  await tx
    .insertInto('dunning_cases')
    .values({
      creditor_id: opened.creditorId,
      claim_id: opened.claimId,
      journey_id: opened.journeyId,
      journey_version: opened.journeyVersion,
      steps_done: JSON.stringify(opened.stepsDone),
      next_step: opened.nextStep,
      next_action_at: opened.nextActionAt,
      trigger_at: opened.triggerAt,
      anchor_day: opened.anchorDay,
      resumes: opened.resumes === null ? null : JSON.stringify(opened.resumes),
      round: opened.round,
      charged_step: opened.chargedStep,
    })
    .onConflict((conflict) => conflict.columns(['creditor_id', 'claim_id']).doNothing())
    .execute()
}
