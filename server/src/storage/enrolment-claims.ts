// The claims that an enrolment was talking about, when it ends.
import { sql } from 'kysely'
import type { Tx } from './database.ts'

/**
 * Ends the conversations of an enrolment that stand open: from now on their claims are dunned by
 * people's channels, unless they are held. Returns their ids in order. Decisions under way see another version.
 */
export async function releaseClaims(
  tx: Tx,
  enrolment: { creditorId: string; debtorId: string; enrolmentId: string },
  at: number,
): Promise<string[]> {
  const { creditorId, debtorId, enrolmentId } = enrolment
  const { rows } = await sql<{ claimId: string }>`
    with released as (
      update claims c
      set conversation = 'timed-out', respond_by = ${at}::int8, version = c.version + 1,
        dunning = case when c.dunning = 'holding' then c.dunning
          when c.arm = 'hold-out' then 'idle' else 'active' end
      from threads t
      where t.thr = c.thr and t.creditor_id = ${creditorId} and t.enrolment_id = ${enrolmentId}
        and c.creditor_id = ${creditorId} and c.debtor_id = ${debtorId} and c.claim_state = 'open'
        and c.conversation in ('sent', 'received', 'presented', 'negotiating')
      returning c.claim_id, c.dunning
    ), due as (
      update dunning_cases d set next_action_at = ${at}::int8
      from released r
      where d.creditor_id = ${creditorId} and d.claim_id = r.claim_id and r.dunning = 'active'
    )
    select claim_id as "claimId" from released order by claim_id`.execute(tx)
  return rows.map(({ claimId }) => claimId)
}
