// A claim and a payment that belong together; tests change what they are about.
import type {
  CandidateClaim,
  IncomingTransaction,
} from '../../../src/domain/matching/match-types.ts'

export const REFERENCE = 'RF18539007547034'
export const OTHER_REFERENCE = 'RF040'

export function claimOf(changes: Partial<CandidateClaim> = {}): CandidateClaim {
  return {
    claimId: 'pr_1',
    debtorId: 'db_1',
    invoiceNumber: 'INV-2026-0042',
    issueDate: '2026-02-27',
    dueDate: '2026-03-27',
    debtorName: 'Zoë Peeters',
    externalId: 'C-10042',
    reference: REFERENCE,
    currency: 'EUR',
    outstanding: 12050n,
    state: 'open',
    lines: [
      { line: 1, dueDate: '2026-03-27', amount: 6025n, paid: 0n, endToEndId: '1-1' },
      { line: 2, dueDate: '2026-04-27', amount: 6025n, paid: 0n, endToEndId: '1-2' },
    ],
    ...changes,
  }
}

export function paymentOf(changes: Partial<IncomingTransaction> = {}): IncomingTransaction {
  return {
    transactionId: 'TX-1',
    bankReference: 'TX-1',
    amount: { minor: 12050n, currency: 'EUR' },
    direction: 'credit',
    reversal: false,
    structuredReferences: [],
    unstructured: [],
    ...changes,
  }
}
