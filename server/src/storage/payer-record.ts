// What an account has done before: for whom it paid, and whether its money went back.
import { addDays, type Day, type Money } from '@parley/sdk/protocol'
import { sql } from 'kysely'
import { payerIndexOf } from './bank-transactions.ts'
import type { Database } from './database.ts'
import { blindIndexOf } from './keyring.ts'

/** Days in which equal payments and returns are looked for. */
const RECORD_DAYS = 30
/** The latest bookings of an account that are looked at. */
const LATEST = 200

/** The record of an account beside the booking at hand. */
export interface PayerRecord {
  /** It has paid for this debtor before, with money that stands. */
  hasPaidForDebtor: boolean
  /** Other debtors for whom it paid the same amount within thirty days. */
  otherDebtors: number
  /** Money from it came and went back within thirty days. */
  hasReturned: boolean
}

/** Reads the record of an account in one statement. */
export async function payerRecord(
  db: Database,
  { creditorId, debtorId }: { creditorId: string; debtorId: string },
  money: { iban: string; amount: Money; receivedOn: Day; transactionId: string },
): Promise<PayerRecord> {
  const since = addDays(money.receivedOn, -RECORD_DAYS)
  const payer = payerIndexOf(await blindIndexOf(db), creditorId, money.iban)
  const { rows } = await sql<PayerRecord>`
    with latest as (
      select transaction_id, state, amount, currency, coalesce(value_date, booking_date) as day
      from bank_transactions
      where payer_index = ${payer} and creditor_id = ${creditorId}
        and direction = 'credit' and transaction_id <> ${money.transactionId}
      order by transaction_id desc limit ${LATEST}
    ), paid as (
      select c.debtor_id, l.amount, l.currency, l.day
      from latest l
      join payments p on p.transaction_id = l.transaction_id and p.creditor_id = ${creditorId}
        and p.reversed_at is null
      join claims c on c.creditor_id = p.creditor_id and c.claim_id = p.claim_id
      where l.state = 'matched'
    )
    select
      exists (select from paid where debtor_id = ${debtorId}) as "hasPaidForDebtor",
      (select count(distinct debtor_id)::int from paid
        where debtor_id <> ${debtorId} and amount = ${money.amount.minor}::numeric
          and currency = ${money.amount.currency} and day >= ${since}::date) as "otherDebtors",
      exists (select from latest where state = 'returned' and day >= ${since}::date) as "hasReturned"
  `.execute(db)
  const [record] = rows
  if (record === undefined) throw new Error('a count has no row')
  return record
}
