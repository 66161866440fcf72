import { describe, expect, it } from 'vitest'
import { matchTransaction } from '../../../src/domain/matching/match-transaction.ts'
import type { BookedPayment } from '../../../src/domain/matching/match-types.ts'
import { claimOf, paymentOf, REFERENCE } from './match-fixtures.ts'

const booked: BookedPayment = {
  transactionId: 'TX-9',
  bankReference: 'BANK-9',
  endToEndId: 'E2E-9',
  minor: 12050n,
  isReversed: false,
}
const paid = (...payments: BookedPayment[]) => claimOf({ outstanding: 0n, payments })
const returned = paymentOf({ direction: 'debit', returnReason: 'AC04', bankReference: 'BANK-10' })

describe('a debit', () => {
  it('undoes the booked payment with the same bank reference', () => {
    const reversal = paymentOf({ direction: 'debit', reversal: true, bankReference: 'BANK-9' })
    expect(matchTransaction(reversal, [paid(booked)])).toEqual({
      kind: 'reversal',
      of: { claimId: 'pr_1', transactionId: 'TX-9' },
      by: 'bank-reference',
    })
  })

  it('undoes the booked payment with the same end-to-end id', () => {
    expect(matchTransaction({ ...returned, endToEndId: 'E2E-9' }, [paid(booked)])).toEqual({
      kind: 'reversal',
      of: { claimId: 'pr_1', transactionId: 'TX-9' },
      by: 'end-to-end-id',
    })
  })

  it('without a sign of a return is the creditor’s own payment, such as a refund', () => {
    const refund = paymentOf({
      direction: 'debit',
      endToEndId: 'E2E-9',
      structuredReferences: [REFERENCE],
    })
    expect(matchTransaction(refund, [paid(booked)])).toEqual({
      kind: 'unmatched',
      reason: 'outgoing',
      candidates: [{ claimId: 'pr_1', reasons: ['same-reference', 'same-end-to-end-id'] }],
    })
  })

  it('that returns an unknown payment is for a person, even with the reference of a claim', () => {
    const unknown = { ...returned, endToEndId: 'E2E-8', structuredReferences: [REFERENCE] }
    expect(matchTransaction(unknown, [paid(booked)])).toEqual({
      kind: 'unmatched',
      reason: 'reversal-of-unknown',
      candidates: [{ claimId: 'pr_1', reasons: ['same-reference'] }],
    })
  })

  it.each([
    ['another amount', { ...booked, minor: 12000n }],
    ['a payment that came back before', { ...booked, isReversed: true }],
  ])('that returns %s is for a person', (_, payment) => {
    const debit = { ...returned, endToEndId: 'E2E-9' }
    expect(matchTransaction(debit, [paid(payment)])).toMatchObject({
      kind: 'unmatched',
      reason: 'reversal-differs',
      candidates: [{ claimId: 'pr_1' }],
    })
  })

  it('in another currency than the claim is for a person', () => {
    const amount = { minor: 12050n, currency: 'CHF' }
    const debit = { ...returned, amount, endToEndId: 'E2E-9' }
    expect(matchTransaction(debit, [paid(booked)])).toMatchObject({ reason: 'reversal-differs' })
  })

  it('that fits two booked payments is for a person', () => {
    const twice = paid(booked, { ...booked, transactionId: 'TX-10', bankReference: 'BANK-11' })
    const debit = { ...returned, endToEndId: 'E2E-9' }
    expect(matchTransaction(debit, [twice])).toMatchObject({ reason: 'ambiguous' })
  })

  it('of a double payment undoes the one that is left', () => {
    const half = paid(
      { ...booked, isReversed: true },
      { ...booked, transactionId: 'TX-10', bankReference: 'BANK-11' },
    )
    expect(matchTransaction({ ...returned, endToEndId: 'E2E-9' }, [half])).toMatchObject({
      kind: 'reversal',
      of: { transactionId: 'TX-10' },
    })
  })
})
