import { describe, expect, it } from 'vitest'
import { matchKeys } from '../../../src/domain/matching/match-keys.ts'
import { matchTransaction } from '../../../src/domain/matching/match-transaction.ts'
import {
  type CandidateClaim,
  type IncomingTransaction,
  incomingTransactions,
} from '../../../src/domain/matching/match-types.ts'
import { camtFile, detailXml, entryXml, onlyEntry } from '../statement/camt-fixtures.ts'
import { claimOf, OTHER_REFERENCE, paymentOf, REFERENCE } from './match-fixtures.ts'

const match = (payment: IncomingTransaction, claims: CandidateClaim[]) =>
  matchTransaction(payment, { claims })

const claim = claimOf()
const other = claimOf({
  claimId: 'pr_2',
  debtorId: 'db_2',
  debtorName: 'Greta Lund',
  externalId: null,
  invoiceNumber: 'INV-2026-0043',
  reference: OTHER_REFERENCE,
  lines: [],
})

describe('a payment', () => {
  it('matches by its structured reference, however it is written', () => {
    for (const reference of [REFERENCE, 'rf18 5390 0754 7034', 'RF18-5390-0754-7034']) {
      const payment = paymentOf({ structuredReferences: [reference] })
      expect(match(payment, [other, claim])).toEqual({
        kind: 'matched',
        shares: [{ claimId: 'pr_1', minor: 12050n }],
        by: 'structured-reference',
        reasons: ['same-reference', 'same-outstanding-amount'],
      })
    }
  })

  it('matches by the end-to-end id of a plan line', () => {
    expect(match(paymentOf({ endToEndId: '1-2' }), [other, claim])).toEqual({
      kind: 'matched',
      shares: [{ claimId: 'pr_1', minor: 12050n }],
      by: 'end-to-end-id',
      reasons: ['same-end-to-end-id', 'same-outstanding-amount'],
    })
  })

  it('matches by a reference in its text, also one cut by the line of the bank', () => {
    const payment = paymentOf({ unstructured: ['invoice of march rf18 5390', '0754 7034 thanks'] })
    expect(match(payment, [other, claim])).toMatchObject({
      kind: 'matched',
      shares: [{ claimId: 'pr_1' }],
      by: 'reference-in-text',
    })
  })

  it('matches by a reference that the payer put into the end-to-end id', () => {
    const payment = paymentOf({ endToEndId: REFERENCE })
    expect(match(payment, [claim])).toMatchObject({ by: 'reference-in-text' })
  })

  it('goes by the structured reference before the end-to-end id before the text', () => {
    const payment = paymentOf({ endToEndId: '1-1', unstructured: [OTHER_REFERENCE] })
    expect(match(payment, [claim, other])).toMatchObject({ by: 'end-to-end-id' })
    const structured = paymentOf({ ...payment, structuredReferences: [OTHER_REFERENCE] })
    expect(match(structured, [claim, other])).toMatchObject({ shares: [{ claimId: 'pr_2' }] })
  })

  it.each(['settled', 'cancelled', 'handed-over', 'written-off'] as const)(
    'of a %s claim still belongs to it',
    (state) => {
      const payment = paymentOf({ structuredReferences: [REFERENCE] })
      const settled = claimOf({ state, outstanding: 0n })
      expect(match(payment, [settled])).toMatchObject({ kind: 'matched' })
    },
  )

  it('of any amount matches: part payment and over-payment are matters of allocation', () => {
    for (const minor of [1n, 999999n]) {
      const amount = { minor, currency: 'EUR' }
      const payment = paymentOf({ amount, structuredReferences: [REFERENCE] })
      expect(match(payment, [claim])).toMatchObject({ kind: 'matched' })
    }
  })
})

describe('a person decides', () => {
  it('when only the rest of one line fits, and never because of a line without rest', () => {
    const amount = { minor: 6025n, currency: 'EUR' }
    expect(match(paymentOf({ amount }), [claim])).toMatchObject({
      reason: 'no-reference',
      candidates: [{ claimId: 'pr_1', score: 30, reasons: ['same-line-amount'] }],
    })
    const paid = claimOf({ lines: claim.lines.map((line) => ({ ...line, paid: line.amount })) })
    expect(match(paymentOf({ amount }), [paid])).toMatchObject({ candidates: [] })
  })

  it('when one payment names two claims', () => {
    const payment = paymentOf({ structuredReferences: [REFERENCE, OTHER_REFERENCE] })
    expect(match(payment, [claim, other])).toMatchObject({
      kind: 'unmatched',
      reason: 'ambiguous',
      candidates: [{ claimId: 'pr_1' }, { claimId: 'pr_2' }],
    })
    expect(match(payment, [claim])).toMatchObject({ kind: 'matched' })
  })

  it('when two claims carry the same reference', () => {
    const payment = paymentOf({ structuredReferences: [REFERENCE] })
    const twin = claimOf({ claimId: 'pr_3' })
    expect(match(payment, [claim, twin])).toMatchObject({ reason: 'ambiguous' })
  })

  it('when the money is in another currency', () => {
    const amount = { minor: 12050n, currency: 'CHF' }
    const payment = paymentOf({ amount, structuredReferences: [REFERENCE] })
    expect(match(payment, [claim, other])).toEqual({
      kind: 'unmatched',
      reason: 'currency-mismatch',
      candidates: [{ claimId: 'pr_1', score: 200, reasons: ['same-reference'] }],
    })
  })

  it('when nothing was moved', () => {
    const amount = { minor: 0n, currency: 'EUR' }
    const payment = paymentOf({ amount, structuredReferences: [REFERENCE] })
    expect(match(payment, [claim])).toMatchObject({ reason: 'zero-amount' })
  })

  it('when the money of the creditor comes back, even with the reference of a claim', () => {
    const payment = paymentOf({ structuredReferences: [REFERENCE] })
    expect(match({ ...payment, returnReason: 'AC04' }, [claim])).toMatchObject({
      reason: 'outgoing-returned',
      candidates: [{ claimId: 'pr_1' }],
    })
    expect(match({ ...payment, reversal: true }, [claim])).toMatchObject({
      reason: 'outgoing-returned',
    })
  })

  it('on at most ten candidates, in a stable order', () => {
    const many = Array.from({ length: 30 }, (_, index) => claimOf({ claimId: `pr_${index + 10}` }))
    const decision = match(paymentOf(), many.toReversed())
    expect(decision).toMatchObject({ kind: 'unmatched' })
    if (decision.kind !== 'unmatched') return
    expect(decision.candidates).toHaveLength(10)
    expect(decision.candidates[0]?.claimId).toBe('pr_10')
  })
})

describe('the keys of a transaction', () => {
  it('are what candidates are loaded by: the matcher finds no claim by anything else', () => {
    const payment = paymentOf({
      structuredReferences: ['rf18 5390 0754 7034', '090/9337/55493', '---'],
      endToEndId: '1-1',
      unstructured: ['RF040'],
    })
    expect(matchKeys(payment)).toEqual({
      structuredReferences: [REFERENCE, '090933755493'],
      endToEndIds: ['1-1'],
      referencesInText: ['RF040', REFERENCE, '090933755493'],
      digitsInText: [],
    })
  })

  it('come from a statement with the reversal flag of the entry', () => {
    const details = detailXml('120.50', '', '<EndToEndId>1-1</EndToEndId>')
    const entry = onlyEntry(camtFile(entryXml({ more: '<RvslInd>true</RvslInd>', details })))
    expect(incomingTransactions(entry)).toMatchObject([{ reversal: true, endToEndId: '1-1' }])
  })
})
