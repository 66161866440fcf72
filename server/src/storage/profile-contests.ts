// What customers contest of what was learnt about them, or of what was done.
import type { Selectable } from 'kysely'
import type { FactKind } from '../domain/learning/customer-facts.ts'
import type { Database, Tx } from './database.ts'
import type { ProfileContestsTable } from './tables/learning.ts'

export interface ProfileContest {
  creditorId: string
  contestId: string
  debtorId: string
  /** The claim by whose page or conversation it came. */
  claimId: string
  kind: FactKind | 'step'
  /** The id of the fact, or the key of the step. */
  subject: string
  channel: string
  state: 'open' | 'upheld' | 'rejected'
  contestedAt: number
  decidedAt: number | null
  decidedBy: string | null
}

export type NewContest = Omit<ProfileContest, 'state' | 'decidedAt' | 'decidedBy'>

/** Keeps a contest. Returns false when the same is contested already. */
export async function insertContest(tx: Tx, contest: NewContest): Promise<boolean> {
  const result = await tx
    .insertInto('profile_contests')
    .values({
      creditor_id: contest.creditorId,
      contest_id: contest.contestId,
      debtor_id: contest.debtorId,
      claim_id: contest.claimId,
      kind: contest.kind,
      subject: contest.subject,
      channel: contest.channel,
      contested_at: contest.contestedAt,
    })
    .onConflict((conflict) => conflict.doNothing())
    .executeTakeFirst()
  return result.numInsertedOrUpdatedRows === 1n
}

/** Everything that a customer contested, oldest first. */
export async function contestsOf(
  db: Database | Tx,
  { creditorId, debtorId }: { creditorId: string; debtorId: string },
): Promise<ProfileContest[]> {
  const rows = await db
    .selectFrom('profile_contests')
    .selectAll()
    .where('creditor_id', '=', creditorId)
    .where('debtor_id', '=', debtorId)
    .orderBy('contested_at')
    .orderBy('contest_id')
    .execute()
  return rows.map(toContest)
}

interface ContestKey {
  creditorId: string
  contestId: string
}

export async function findContest(
  db: Database | Tx,
  { creditorId, contestId }: ContestKey,
): Promise<ProfileContest | undefined> {
  const row = await db
    .selectFrom('profile_contests')
    .selectAll()
    .where('creditor_id', '=', creditorId)
    .where('contest_id', '=', contestId)
    .executeTakeFirst()
  return row && toContest(row)
}

/** Decides an open contest. Returns false when somebody has decided it. */
export async function decideContestRow(
  tx: Tx,
  { creditorId, contestId }: ContestKey,
  decision: { state: 'upheld' | 'rejected'; at: number; by: string },
): Promise<boolean> {
  const result = await tx
    .updateTable('profile_contests')
    .set({ state: decision.state, decided_at: decision.at, decided_by: decision.by })
    .where('creditor_id', '=', creditorId)
    .where('contest_id', '=', contestId)
    .where('state', '=', 'open')
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

function toContest(row: Selectable<ProfileContestsTable>): ProfileContest {
  return {
    creditorId: row.creditor_id,
    contestId: row.contest_id,
    debtorId: row.debtor_id,
    claimId: row.claim_id,
    kind: row.kind as ProfileContest['kind'],
    subject: row.subject,
    channel: row.channel,
    state: row.state as ProfileContest['state'],
    contestedAt: row.contested_at,
    decidedAt: row.decided_at,
    decidedBy: row.decided_by,
  }
}
