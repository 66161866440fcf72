// Whether a settled claim may call for a thank-you is seen in the payment's own transaction: most
// people with an agent never get one, and a job each to find that out would cost more than the
// payment. The job itself decides again, on the facts of its moment.
import { sql } from 'kysely'
import type { Tx } from './database.ts'

/**
 * Asks for a thank-you when one may be due: the person has an e-mail address or a telephone, and either
 * no live agent or a message there about this claim that was sent or is about to be.
 */
export async function askForThankYou(
  tx: Tx,
  settled: { creditorId: string; claimId: string; debtorId: string; paymentId: string },
): Promise<void> {
  const { creditorId, claimId, debtorId, paymentId } = settled
  await sql`
    insert into outbox (creditor_id, queue, payload)
    select d.creditor_id, 'thank-debtor', ${JSON.stringify({ claimId, paymentId })}::jsonb
    from debtors d
    where d.creditor_id = ${creditorId} and d.debtor_id = ${debtorId}
      and d.reached_by && '{email,phone}'::text[]
      and (
        not exists (
          select from enrolments e
          where e.creditor_id = d.creditor_id and e.debtor_id = d.debtor_id and e.ended_at is null
        ) or exists (
          select from human_messages m
          where m.creditor_id = d.creditor_id and m.claim_id = ${claimId}
            and m.channel in ('email', 'sms') and m.state in ('queued', 'sent')
        )
      )`.execute(tx)
}
