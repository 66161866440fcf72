// Choices of actions: who has them made, those that were made, and what came of them.
import { type Selectable, sql } from 'kysely'
import type { Channel } from '../domain/compliance/profile.ts'
import type { CustomerStanding } from '../domain/learning/customer-standing.ts'
import type { Stakes } from '../domain/next-action/action-values.ts'
import type { ArmRecord, Evidence } from '../domain/next-action/beliefs.ts'
import type { WeighedAction } from '../domain/next-action/choose-action.ts'
import type { ActionOutcome } from '../domain/next-action/judge-choice.ts'
import type { Reason } from '../domain/next-action/segments.ts'
import type { Database, Tx } from './database.ts'
import type { ActionChoicesTable } from './tables/next-action.ts'

export type ActionMode = 'journey' | 'best-action'

export interface ActionPolicy {
  mode: ActionMode
  /** Epoch seconds; null where the creditor never said anything. */
  since: number | null
}

/** All that a choice rested on. */
export interface StoredChoice {
  /** The index in `weighed`. */
  readonly chosen: number
  readonly weighed: readonly WeighedAction[]
  readonly isTriedOut: boolean
  readonly reasons: readonly Reason[]
  readonly standing: CustomerStanding
  readonly stakes: Stakes
  /** From which the draws can be made again. */
  readonly seed: number
  readonly valuesVersion: number
  readonly segmentsVersion: number
  readonly experimentId: string | null
}

export type StoredOutcome = ActionOutcome

export interface ActionChoiceRow {
  creditorId: string
  choiceId: string
  claimId: string
  debtorId: string
  step: string
  segment: string
  arm: string
  chosenAt: number
  plannedAt: number
  judgeAt: number
  owed: bigint
  choice: StoredChoice
  outcome: StoredOutcome | null
}

/** States who chooses from now on. */
export async function putActionPolicy(
  db: Database | Tx,
  { creditorId, mode, at }: { creditorId: string; mode: ActionMode; at: number },
): Promise<ActionPolicy> {
  const row = await db
    .insertInto('action_policies')
    .values({ creditor_id: creditorId, mode, since: at })
    .onConflict((conflict) =>
      conflict.column('creditor_id').doUpdateSet({
        mode: (eb) => eb.ref('excluded.mode'),
        since: sql<number>`case when action_policies.mode = excluded.mode
          then action_policies.since else excluded.since end`,
      }),
    )
    .returning(['mode', 'since'])
    .executeTakeFirstOrThrow()
  return row as ActionPolicy
}

/** Who chooses for each of these creditors; the journeys for one that is missing. */
export async function actionPolicies(
  db: Database | Tx,
  creditorIds: readonly string[],
): Promise<Map<string, ActionPolicy>> {
  const rows = await db
    .selectFrom('action_policies')
    .selectAll()
    .where(sql<boolean>`creditor_id = any(${creditorIds}::text[])`)
    .execute()
  return new Map(
    rows.map(({ creditor_id, mode, since }) => [creditor_id, { mode: mode as ActionMode, since }]),
  )
}

/** Writes choices. */
export async function insertActionChoices(
  tx: Tx,
  rows: readonly Omit<ActionChoiceRow, 'outcome'>[],
): Promise<void> {
  if (rows.length === 0) return
  await tx
    .insertInto('action_choices')
    .values(
      rows.map((row) => ({
        creditor_id: row.creditorId,
        choice_id: row.choiceId,
        claim_id: row.claimId,
        debtor_id: row.debtorId,
        step: row.step,
        segment: row.segment,
        arm: row.arm,
        chosen_at: row.chosenAt,
        planned_at: row.plannedAt,
        judge_at: row.judgeAt,
        owed: row.owed,
        choice: JSON.stringify(row.choice),
        outcome: null,
      })),
    )
    .execute()
}

/** The choices about the steps of these claims, in the order in which they were made. */
export async function choicesOfClaims(
  db: Database | Tx,
  claims: readonly { creditorId: string; claimId: string }[],
): Promise<ActionChoiceRow[]> {
  const rows = await db
    .selectFrom('action_choices')
    .selectAll()
    .where(
      sql<boolean>`(creditor_id, claim_id) in (select * from unnest(
        ${claims.map((it) => it.creditorId)}::text[], ${claims.map((it) => it.claimId)}::text[]))`,
    )
    .orderBy('choice_id')
    .execute()
  return rows.map(toChoice)
}

/** A page of choices, newest first, of one claim or of all. */
export async function pageOfChoices(
  db: Database,
  query: {
    creditorId: string
    claimId?: string | undefined
    before?: string | undefined
    limit: number
  },
): Promise<ActionChoiceRow[]> {
  const { creditorId, claimId, before, limit } = query
  const rows = await db
    .selectFrom('action_choices')
    .selectAll()
    .where('creditor_id', '=', creditorId)
    .$if(claimId !== undefined, (own) => own.where('claim_id', '=', claimId ?? ''))
    .$if(before !== undefined, (own) => own.where('choice_id', '<', before ?? ''))
    .orderBy('choice_id', 'desc')
    .limit(limit)
    .execute()
  return rows.map(toChoice)
}

/** What came of the choices of a creditor since then, by segment and arm. */
export async function evidenceOf(
  db: Database | Tx,
  { creditorId, since }: { creditorId: string; since: number },
): Promise<Evidence> {
  const { rows } = await sql<{ segment: string; arm: string } & ArmRecord>`
    select segment, arm, count(*)::int as trials,
      sum((outcome ->> 'gained')::float8) as gained,
      sum((choice -> 'weighed' -> (choice ->> 'chosen')::int ->> 'foretold')::float8) as foretold
    from action_choices
    where creditor_id = ${creditorId} and chosen_at >= ${since}::int8 and outcome is not null
    group by segment, arm`.execute(db)
  const evidence = new Map<string, Map<string, ArmRecord>>()
  for (const { segment, arm, ...record } of rows) {
    evidence.set(segment, (evidence.get(segment) ?? new Map()).set(arm, record))
  }
  return evidence
}

/** A choice whose time has come, with what happened since. */
export interface ChoiceToJudge {
  creditorId: string
  choiceId: string
  owed: bigint
  choice: StoredChoice
  gained: bigint
  recovered: bigint
  messages: Channel[]
}

/** Takes choices whose horizon is over, locked; those of another worker are passed over. */
export async function lockChoicesToJudge(
  tx: Tx,
  { now, limit }: { now: number; limit: number },
): Promise<ChoiceToJudge[]> {
  const { rows } = await sql<{
    creditor_id: string
    choice_id: string
    owed: bigint
    choice: StoredChoice
    gained: bigint
    recovered: bigint
    messages: Channel[] | null
  }>`
    with ripe as (
      select * from action_choices where outcome is null and judge_at <= ${now}::int8
      order by judge_at limit ${limit} for update skip locked
    )
    select r.creditor_id, r.choice_id, r.owed, r.choice,
      coalesce(sum(p.amount - p.overpaid) filter (where p.created_at <=
        case when r.arm = 'wait' then r.planned_at else r.judge_at end), 0)::numeric(20, 0) as gained,
      coalesce(sum(p.amount - p.overpaid), 0)::numeric(20, 0) as recovered,
      (select array_agg(m.channel order by m.sent_at) from human_messages m
        where m.creditor_id = r.creditor_id and m.claim_id = r.claim_id and m.is_contact
          and m.sent_at between r.chosen_at and r.judge_at) as messages
    from ripe r left join payments p on p.creditor_id = r.creditor_id and p.claim_id = r.claim_id
      and p.reversed_at is null and p.created_at > r.chosen_at and p.created_at <= r.judge_at
    group by r.creditor_id, r.choice_id, r.claim_id, r.owed, r.choice, r.arm, r.planned_at,
      r.judge_at, r.chosen_at`.execute(tx)
  return rows.map(({ creditor_id, choice_id, messages, ...row }) => {
    return { creditorId: creditor_id, choiceId: choice_id, ...row, messages: messages ?? [] }
  })
}

/** Writes what came of a choice. */
export async function writeOutcome(
  tx: Tx,
  { creditorId, choiceId }: { creditorId: string; choiceId: string },
  outcome: StoredOutcome,
): Promise<void> {
  await tx
    .updateTable('action_choices')
    .set({ outcome: JSON.stringify(outcome) })
    .where('creditor_id', '=', creditorId)
    .where('choice_id', '=', choiceId)
    .execute()
}

function toChoice(row: Selectable<ActionChoicesTable>): ActionChoiceRow {
  return {
    creditorId: row.creditor_id,
    choiceId: row.choice_id,
    claimId: row.claim_id,
    debtorId: row.debtor_id,
    step: row.step,
    segment: row.segment,
    arm: row.arm,
    chosenAt: row.chosen_at,
    plannedAt: row.planned_at,
    judgeAt: row.judge_at,
    owed: row.owed,
    choice: row.choice,
    outcome: row.outcome,
  }
}
