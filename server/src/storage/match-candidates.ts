// Claims to which a booking may belong, always of one creditor: by reference, by the end-to-end id of
// a plan line, by a payment that comes back, and by amount as a hint for a person.
import { sql } from 'kysely'
import type { BookedPayment } from '../domain/matching/match-types.ts'
import { type Claim, type PlanLineRow, toClaim } from './claims.ts'
import type { Database } from './database.ts'

/** A claim with what the matcher compares. The lines are not older than the claim. */
export interface FoundClaim {
  claim: Claim
  debtorName: string
  lines: PlanLineRow[]
}

/** Claims that one of these references or end-to-end ids names. */
export async function claimsByKeys(
  db: Database,
  creditorId: string,
  keys: { references: readonly string[]; endToEndIds: readonly string[] },
): Promise<FoundClaim[]> {
  const ids = await db
    .selectFrom('claims')
    .select('claim_id')
    .where('creditor_id', '=', creditorId)
    .where('reference', '=', anyOf(keys.references))
    .union(
      db
        .selectFrom('plan_lines')
        .select('claim_id')
        .where('creditor_id', '=', creditorId)
        .where('end_to_end_id', '=', anyOf(keys.endToEndIds)),
    )
    .execute()
  return await foundClaims(
    db,
    creditorId,
    ids.map((row) => row.claim_id),
  )
}

/** Up to `limit` open claims of which exactly this is owed, in all or on one line. */
export async function claimsByAmount(
  db: Database,
  creditorId: string,
  { minor, currency, limit }: { minor: bigint; currency: string; limit: number },
): Promise<FoundClaim[]> {
  const open = db
    .selectFrom('claims')
    .select('claims.claim_id')
    .where('claims.creditor_id', '=', creditorId)
    .where('claims.claim_state', '=', 'open')
    .where('claims.currency', '=', currency)
  const ids = await open
    .where(sql<boolean>`principal + price - credit - paid = ${minor}::numeric`)
    .union(
      open
        .innerJoin('plan_lines', (join) =>
          join
            .onRef('plan_lines.creditor_id', '=', 'claims.creditor_id')
            .onRef('plan_lines.claim_id', '=', 'claims.claim_id'),
        )
        .where(
          sql<boolean>`plan_lines.amount - plan_lines.paid - plan_lines.credited = ${minor}::numeric`,
        ),
    )
    .limit(limit)
    .execute()
  return await foundClaims(
    db,
    creditorId,
    ids.map((row) => row.claim_id),
  )
}

/** A claim with the payments on it that a booking may take back. */
export interface FoundPayments extends FoundClaim {
  payments: BookedPayment[]
}

/** Claims with a payment of the same bank reference or end-to-end id on this account. */
export async function claimsByBookedPayment(
  db: Database,
  creditorId: string,
  booking: { account: string; bankReference?: string; endToEndId?: string; limit: number },
): Promise<FoundPayments[]> {
  const rows = await db
    .selectFrom('bank_transactions')
    .innerJoin('payments', (join) =>
      join
        .onRef('payments.creditor_id', '=', 'bank_transactions.creditor_id')
        .onRef('payments.transaction_id', '=', 'bank_transactions.transaction_id'),
    )
    .select(['payments.claim_id', 'payments.transaction_id', 'payments.amount'])
    .select(['payments.reversed_at', 'bank_transactions.details'])
    .where('bank_transactions.creditor_id', '=', creditorId)
    .where('bank_transactions.account', '=', booking.account)
    .where((eb) =>
      eb.or([
        eb(sql`details->>'bankReference'`, '=', booking.bankReference ?? null),
        eb(sql`details->>'endToEndId'`, '=', booking.endToEndId ?? null),
      ]),
    )
    .orderBy('payments.transaction_id', 'desc')
    .limit(booking.limit)
    .execute()
  const found = await foundClaims(
    db,
    creditorId,
    rows.map((row) => row.claim_id),
  )
  return found.map((one) => ({
    ...one,
    payments: rows
      .filter((row) => row.claim_id === one.claim.claimId)
      .map((row) => {
        const { bankReference, endToEndId } = row.details as Partial<typeof booking>
        return {
          transactionId: row.transaction_id,
          minor: row.amount,
          isReversed: row.reversed_at !== null,
          ...(bankReference === undefined ? {} : { bankReference }),
          ...(endToEndId === undefined ? {} : { endToEndId }),
        }
      }),
  }))
}

/** Which of these debtors have paid from this account before. */
export async function debtorsWhoPaidFrom(
  db: Database,
  creditorId: string,
  { debtorIds, iban }: { debtorIds: readonly string[]; iban: string },
): Promise<Set<string>> {
  const rows = await db
    .selectFrom('claims')
    .innerJoin('payments', (join) =>
      join
        .onRef('payments.creditor_id', '=', 'claims.creditor_id')
        .onRef('payments.claim_id', '=', 'claims.claim_id'),
    )
    .innerJoin('bank_transactions', (join) =>
      join
        .onRef('bank_transactions.creditor_id', '=', 'payments.creditor_id')
        .onRef('bank_transactions.transaction_id', '=', 'payments.transaction_id'),
    )
    .select('claims.debtor_id')
    .distinct()
    .where('claims.creditor_id', '=', creditorId)
    .where('claims.debtor_id', '=', anyOf(debtorIds))
    .where(sql`bank_transactions.details->>'debtorIban'`, '=', iban)
    .execute()
  return new Set(rows.map((row) => row.debtor_id))
}

// Claims are read before their lines: whoever changes lines raises the claim's version, so a change
// in between is noticed when the decision is written.
async function foundClaims(
  db: Database,
  creditorId: string,
  claimIds: readonly string[],
): Promise<FoundClaim[]> {
  if (claimIds.length === 0) return []
  const claims = await db
    .selectFrom('claims')
    .innerJoin('debtors', (join) =>
      join
        .onRef('debtors.creditor_id', '=', 'claims.creditor_id')
        .onRef('debtors.debtor_id', '=', 'claims.debtor_id'),
    )
    .selectAll('claims')
    .select('debtors.name as debtor_name')
    .where('claims.creditor_id', '=', creditorId)
    .where('claims.claim_id', '=', anyOf(claimIds))
    .orderBy('claims.claim_id')
    .execute()
  const lines = await db
    .selectFrom('plan_lines')
    .selectAll()
    .where('creditor_id', '=', creditorId)
    .where('claim_id', '=', anyOf(claimIds))
    .orderBy('line')
    .execute()
  return claims.map((row) => ({
    claim: toClaim(row),
    debtorName: row.debtor_name,
    lines: lines
      .filter((line) => line.claim_id === row.claim_id)
      .map((line) => ({
        line: line.line,
        dueDate: line.due_date,
        amount: line.amount,
        paid: line.paid,
        credited: line.credited,
        endToEndId: line.end_to_end_id,
      })),
  }))
}

/** One text for any number of values, so that the statement is planned once. */
function anyOf(values: readonly string[]) {
  return sql<string>`any(${[...values]}::text[])`
}
