// Payments: money of a bank transaction on a claim, how it was divided, and whether it came back.
import type { Selectable } from 'kysely'
import type { Allocation } from '../domain/matching/allocate-payment.ts'
import type { Division } from '../domain/matching/divide-payment.ts'
import type { Database, Tx } from './database.ts'
import type { PaymentsTable } from './tables/money.ts'

export interface Payment {
  creditorId: string
  paymentId: string
  claimId: string
  transactionId: string
  amount: bigint
  allocations: readonly Allocation[]
  overpaid: bigint
  receivedOn: string
  reversedAt: number | null
  createdAt: number
  /** How it divides; null when all of it is for the principal. */
  division: Division | null
}

/** Stores a payment; a transaction pays a claim once. */
export async function insertPayment(tx: Tx, payment: Payment): Promise<void> {
  await tx
    .insertInto('payments')
    .values({
      creditor_id: payment.creditorId,
      payment_id: payment.paymentId,
      claim_id: payment.claimId,
      transaction_id: payment.transactionId,
      amount: payment.amount,
      allocations: allocationsText(payment.allocations),
      overpaid: payment.overpaid,
      received_on: payment.receivedOn,
      reversed_at: payment.reversedAt,
      created_at: payment.createdAt,
      division: divisionText(payment.division),
    })
    .execute()
}

/** Divides a payment anew, after what it had paid too much was needed. */
export async function divideAgain(
  tx: Tx,
  payment: Pick<Payment, 'creditorId' | 'paymentId' | 'allocations' | 'overpaid' | 'division'>,
): Promise<void> {
  await tx
    .updateTable('payments')
    .set({
      allocations: allocationsText(payment.allocations),
      overpaid: payment.overpaid,
      division: divisionText(payment.division),
    })
    .where('creditor_id', '=', payment.creditorId)
    .where('payment_id', '=', payment.paymentId)
    .execute()
}

/** Marks a payment as taken back. Returns false when it was before. */
export async function markReversed(
  tx: Tx,
  payment: Pick<Payment, 'creditorId' | 'paymentId'>,
  at: number,
): Promise<boolean> {
  const result = await tx
    .updateTable('payments')
    .set({ reversed_at: at })
    .where('creditor_id', '=', payment.creditorId)
    .where('payment_id', '=', payment.paymentId)
    .where('reversed_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** All payments of a claim in the order in which they were booked, those that came back included. */
export async function paymentsOfClaim(
  db: Database | Tx,
  claim: { creditorId: string; claimId: string },
): Promise<Payment[]> {
  const rows = await db
    .selectFrom('payments')
    .selectAll()
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .orderBy('created_at')
    .orderBy('payment_id')
    .execute()
  return rows.map(toPayment)
}

/** The payments of several claims of one creditor, in the order in which they were booked. */
export async function paymentsOfAll(
  db: Database | Tx,
  creditorId: string,
  claimIds: readonly string[],
): Promise<Payment[]> {
  if (claimIds.length === 0) return []
  const rows = await db
    .selectFrom('payments')
    .selectAll()
    .where('creditor_id', '=', creditorId)
    .where('claim_id', 'in', claimIds)
    .orderBy('created_at')
    .orderBy('payment_id')
    .execute()
  return rows.map(toPayment)
}

/** The payments that the money of a transaction has made and that stand, by claim. */
export async function standingPayments(
  db: Database | Tx,
  booking: { creditorId: string; transactionId: string },
): Promise<Payment[]> {
  const rows = await db
    .selectFrom('payments')
    .selectAll()
    .where('creditor_id', '=', booking.creditorId)
    .where('transaction_id', '=', booking.transactionId)
    .where('reversed_at', 'is', null)
    .orderBy('claim_id')
    .execute()
  return rows.map(toPayment)
}

/** A payment of this creditor, or undefined. */
export async function findPayment(
  db: Database | Tx,
  key: { creditorId: string; paymentId: string },
): Promise<Payment | undefined> {
  const row = await db
    .selectFrom('payments')
    .selectAll()
    .where('creditor_id', '=', key.creditorId)
    .where('payment_id', '=', key.paymentId)
    .executeTakeFirst()
  return row === undefined ? undefined : toPayment(row)
}

/** Money as text: JSON numbers are not exact. */
function allocationsText(allocations: readonly Allocation[]): string {
  return JSON.stringify(allocations.map(({ line, minor }) => ({ line, minor: minor.toString() })))
}

function divisionText(division: Division | null): string | null {
  if (division === null) return null
  const { costs, interest, principal } = division
  return JSON.stringify({
    costs: costs.toString(),
    interest: interest.toString(),
    principal: principal.toString(),
  })
}

function toPayment(row: Selectable<PaymentsTable>): Payment {
  return {
    creditorId: row.creditor_id,
    paymentId: row.payment_id,
    claimId: row.claim_id,
    transactionId: row.transaction_id,
    amount: row.amount,
    allocations: row.allocations.map(({ line, minor }) => ({ line, minor: BigInt(minor) })),
    overpaid: row.overpaid,
    receivedOn: row.received_on,
    reversedAt: row.reversed_at,
    createdAt: row.created_at,
    division:
      row.division === null
        ? null
        : {
            costs: BigInt(row.division.costs),
            interest: BigInt(row.division.interest),
            principal: BigInt(row.division.principal),
          },
  }
}
