// Credit of one claim that paid another, by the id under which it is booked there as a payment.
import type { Database, Tx } from './database.ts'

export interface SetOff {
  creditorId: string
  setOffId: string
  creditId: string
  fromClaimId: string
  toClaimId: string
  amount: bigint
  createdAt: number
}

export async function insertSetOff(tx: Tx, setOff: SetOff): Promise<void> {
  await tx
    .insertInto('set_offs')
    .values({
      creditor_id: setOff.creditorId,
      set_off_id: setOff.setOffId,
      credit_id: setOff.creditId,
      from_claim_id: setOff.fromClaimId,
      to_claim_id: setOff.toClaimId,
      amount: setOff.amount,
      created_at: setOff.createdAt,
    })
    .execute()
}

/** The newest set-off of a claim's credit whose payment stands; undefined without one. */
export async function standingSetOff(
  db: Database | Tx,
  claim: { creditorId: string; claimId: string },
): Promise<SetOff | undefined> {
  const row = await db
    .selectFrom('set_offs')
    .innerJoin('payments', (join) =>
      join
        .onRef('payments.transaction_id', '=', 'set_offs.set_off_id')
        .onRef('payments.claim_id', '=', 'set_offs.to_claim_id')
        .onRef('payments.creditor_id', '=', 'set_offs.creditor_id'),
    )
    .selectAll('set_offs')
    .where('set_offs.creditor_id', '=', claim.creditorId)
    .where('set_offs.from_claim_id', '=', claim.claimId)
    .where('payments.reversed_at', 'is', null)
    .orderBy('set_offs.set_off_id', 'desc')
    .limit(1)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    creditorId: row.creditor_id,
    setOffId: row.set_off_id,
    creditId: row.credit_id,
    fromClaimId: row.from_claim_id,
    toClaimId: row.to_claim_id,
    amount: row.amount,
    createdAt: row.created_at,
  }
}
