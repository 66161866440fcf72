// Credit of one claim that paid another, by the id under which it is booked there as a payment.
import type { Tx } from './database.ts'

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
