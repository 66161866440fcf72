import { describe, expect, it } from 'vitest'
import { matchTransaction } from '../../../src/domain/matching/match-transaction.ts'
import type {
  EarlierCredit,
  IncomingTransaction,
} from '../../../src/domain/matching/match-types.ts'
import { paymentOf, REFERENCE } from './match-fixtures.ts'

const booked: EarlierCredit = {
  transactionId: 'TX-9',
  bankReference: 'BANK-9',
  endToEndId: 'E2E-9',
  minor: 12050n,
  currency: 'EUR',
  isTakenBack: false,
  claimIds: ['pr_1', 'pr_2'],
}
const match = (debit: IncomingTransaction, ...credits: EarlierCredit[]) =>
  matchTransaction(debit, { claims: [], credits })
const returned = paymentOf({ direction: 'debit', returnReason: 'AC04', bankReference: 'BANK-10' })

describe('a debit', () => {
  it('undoes the booked payment with the same bank reference', () => {
    const reversal = paymentOf({ direction: 'debit', reversal: true, bankReference: 'BANK-9' })
    expect(match(reversal, booked)).toEqual({
      kind: 'reversal',
      of: { transactionId: 'TX-9' },
      by: 'bank-reference',
    })
  })

  it('undoes the booked payment with the same end-to-end id', () => {
    expect(match({ ...returned, endToEndId: 'E2E-9' }, booked)).toEqual({
      kind: 'reversal',
      of: { transactionId: 'TX-9' },
      by: 'end-to-end-id',
    })
  })

  it('without a sign of a return is the creditor’s own payment, such as a refund', () => {
    const refund = paymentOf({
      direction: 'debit',
      endToEndId: 'E2E-9',
      structuredReferences: [REFERENCE],
    })
    expect(match(refund, booked)).toEqual({
      kind: 'unmatched',
      reason: 'outgoing',
      candidates: [],
    })
  })

  it('that returns an unknown payment is for a person, even with the reference of a claim', () => {
    const unknown = { ...returned, endToEndId: 'E2E-8', structuredReferences: [REFERENCE] }
    expect(match(unknown, booked)).toEqual({
      kind: 'unmatched',
      reason: 'reversal-of-unknown',
      candidates: [],
    })
  })

  it.each([
    ['another amount', { ...booked, minor: 12000n }],
    ['a payment that came back before', { ...booked, isTakenBack: true }],
  ])('that returns %s is for a person', (_, payment) => {
    const debit = { ...returned, endToEndId: 'E2E-9' }
    expect(match(debit, payment)).toMatchObject({
      kind: 'unmatched',
      reason: 'reversal-differs',
      candidates: [
        { claimId: 'pr_1', score: 200, reasons: ['same-end-to-end-id'] },
        { claimId: 'pr_2' },
      ],
    })
  })

  it('in another currency than the claim is for a person', () => {
    const amount = { minor: 12050n, currency: 'CHF' }
    const debit = { ...returned, amount, endToEndId: 'E2E-9' }
    expect(match(debit, booked)).toMatchObject({ reason: 'reversal-differs' })
  })

  it('that fits two booked payments is for a person', () => {
    const second = { ...booked, transactionId: 'TX-10', bankReference: 'BANK-11' }
    const debit = { ...returned, endToEndId: 'E2E-9' }
    expect(match(debit, booked, second)).toMatchObject({ reason: 'ambiguous' })
  })

  it('of a double payment undoes the one that is left', () => {
    const first = { ...booked, isTakenBack: true }
    const second = { ...booked, transactionId: 'TX-10', bankReference: 'BANK-11' }
    expect(match({ ...returned, endToEndId: 'E2E-9' }, first, second)).toMatchObject({
      kind: 'reversal',
      of: { transactionId: 'TX-10' },
    })
  })
})
