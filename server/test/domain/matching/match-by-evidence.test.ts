import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  EVIDENCE_MARGIN,
  EVIDENCE_MARGIN_OF_OTHERS,
  EVIDENCE_THRESHOLD,
  EVIDENCE_WEIGHTS,
} from '../../../src/domain/matching/evidence-weights.ts'
import { matchTransaction } from '../../../src/domain/matching/match-transaction.ts'
import type {
  CandidateClaim,
  IncomingTransaction,
} from '../../../src/domain/matching/match-types.ts'
import { claimOf, OTHER_REFERENCE, paymentOf, REFERENCE } from './match-fixtures.ts'

const match = (payment: IncomingTransaction, ...claims: CandidateClaim[]) =>
  matchTransaction(payment, { claims })

const amountOf = (minor: bigint) => ({ minor, currency: 'EUR' })

/** A claim without a plan, of somebody who has paid from the account before. */
const claim = claimOf({ lines: [], payerAccount: 'own' })
const paid = paymentOf({ debtorName: 'PEETERS ZOE', day: '2026-03-20' })

/** Another claim of the same debtor. */
const second = claimOf({
  ...claim,
  claimId: 'pr_2',
  invoiceNumber: 'INV-2026-0051',
  reference: OTHER_REFERENCE,
  issueDate: '2026-03-01',
  dueDate: '2026-04-01',
})
/** The claim of somebody else with the same name and amount. */
const namesake = claimOf({
  ...second,
  claimId: 'pr_9',
  debtorId: 'db_9',
  externalId: 'C-20099',
})
const stranger = (one: CandidateClaim): CandidateClaim => {
  const { payerAccount: _, ...rest } = one
  return rest
}

describe('without a reference', () => {
  it('amount, name and a known account are enough, and say so', () => {
    expect(match(paid, claim)).toEqual({
      kind: 'matched',
      shares: [{ claimId: 'pr_1', minor: 12050n }],
      by: 'evidence',
      reasons: ['same-outstanding-amount', 'same-iban', 'same-name', 'near-due-day'],
    })
  })

  it('an invoice number with the amount needs a sign of who pays', () => {
    const text = { unstructured: ['invoice INV-2026-0042'] }
    const unknown = stranger(claim)
    expect(match(paymentOf(text), unknown)).toMatchObject({ kind: 'unmatched' })
    expect(match(paymentOf({ ...text, debtorName: 'Z. Peeters' }), unknown)).toMatchObject({
      kind: 'matched',
      by: 'evidence',
    })
    expect(match(paymentOf({ ...text, debtorName: 'Greta Lund' }), unknown)).toMatchObject({
      kind: 'unmatched',
    })
  })

  it.each(['inv 2026 0042', 'INV2026 0042x'])(
    'reads invoice numbers as people write them: %s',
    (text) => {
      const payment = paymentOf({ unstructured: [text], debtorName: 'Zoe Peeters' })
      expect(match(payment, stranger(claim)).kind).toBe(
        text.endsWith('x') ? 'unmatched' : 'matched',
      )
    },
  )

  it('a part payment is matched by the number, the name and the account together', () => {
    const part = { ...paid, amount: amountOf(5000n), unstructured: ['INV-2026-0042'] }
    expect(match(part, claim, second)).toMatchObject({
      shares: [{ claimId: 'pr_1', minor: 5000n }],
      by: 'evidence',
    })
    expect(match({ ...part, unstructured: [] }, claim)).toMatchObject({ kind: 'unmatched' })
  })

  it.each([
    ['two people of one name who owe the same', [stranger(claim), stranger(namesake)], paid],
    ['a namesake at the same address, beside the known account', [claim, namesake], paid],
    [
      'a claim that an account of several people may be for',
      [{ ...claim, payerAccount: 'shared' as const }],
      paid,
    ],
    [
      'a sum that is also that of two other claims of the debtor',
      [
        claim,
        { ...second, outstanding: 6050n },
        { ...second, claimId: 'pr_3', outstanding: 6000n },
      ],
      paid,
    ],
    [
      'another bill of the debtor that the payer named',
      [claim, { ...second, outstanding: 0n, state: 'settled' as const }],
      {
        ...paid,
        unstructured: ['INV-2026-0051'],
      },
    ],
    ['a reference of somebody else', [claim], { ...paid, structuredReferences: [OTHER_REFERENCE] }],
    [
      'a reference of somebody else in the text',
      [claim],
      { ...paid, unstructured: [OTHER_REFERENCE] },
    ],
    ['money that came before the bill', [claim], { ...paid, day: '2026-01-05' }],
    ['another currency', [{ ...claim, currency: 'CHF' }], paid],
  ])('a person decides on %s', (_, claims, payment) => {
    expect(match(payment, ...claims)).toMatchObject({ kind: 'unmatched' })
  })

  it('nothing decides when not all that looks alike was read', () => {
    expect(matchTransaction(paid, { claims: [claim], isCut: true })).toMatchObject({
      kind: 'unmatched',
      candidates: [{ claimId: 'pr_1', score: 95 }],
    })
  })
})

describe('equal claims of one debtor', () => {
  it('are paid in the order in which they fall due, when the payer names none', () => {
    const third = { ...second, claimId: 'pr_3', invoiceNumber: 'INV-7', dueDate: '2026-05-01' }
    expect(match(paid, third, second, claim)).toMatchObject({
      shares: [{ claimId: 'pr_1', minor: 12050n }],
      by: 'oldest-due-first',
    })
  })

  it.each([
    ['the payer names a month', [claim, second], { ...paid, unstructured: ['abonnement maart'] }],
    ['the payer names a number', [claim, second], { ...paid, unstructured: ['2e herinnering'] }],
    ['they fall due on one day', [claim, { ...second, dueDate: claim.dueDate }], paid],
    ['somebody else owes the same under the same name', [claim, second, namesake], paid],
    [
      'all of them together are not that of one',
      [
        claim,
        { ...second, outstanding: 100n },
        { ...second, claimId: 'pr_3', outstanding: 12050n },
        { ...second, claimId: 'pr_4', outstanding: 11950n },
      ],
      paid,
    ],
  ])('wait for a person when %s', (_, claims, payment) => {
    expect(match(payment, ...claims)).toMatchObject({ kind: 'unmatched' })
  })

  it('are paid by the customer number alone with name and amount', () => {
    const numbered = { ...paid, unstructured: ['klant C-10042'] }
    expect(match(numbered, stranger(claim), stranger(second))).toMatchObject({
      by: 'oldest-due-first',
      shares: [{ claimId: 'pr_1' }],
    })
  })
})

describe('one payment for several claims', () => {
  const sum = amountOf(24_100n)

  it('is shared when their references are named and their sum is the payment', () => {
    const named = paymentOf({ amount: sum, structuredReferences: [REFERENCE, OTHER_REFERENCE] })
    expect(match(named, claim, second)).toMatchObject({
      kind: 'matched',
      by: 'collective',
      shares: [
        { claimId: 'pr_1', minor: 12050n },
        { claimId: 'pr_2', minor: 12050n },
      ],
    })
    const text = paymentOf({ amount: sum, unstructured: [`${REFERENCE} + ${OTHER_REFERENCE}`] })
    expect(match(text, claim, second)).toMatchObject({ by: 'collective' })
    const mixed = paymentOf({
      amount: sum,
      structuredReferences: [REFERENCE],
      unstructured: [OTHER_REFERENCE],
    })
    expect(match(mixed, claim, second)).toMatchObject({ by: 'collective' })
  })

  it('is shared by invoice numbers of one known debtor', () => {
    const named = { ...paid, amount: sum, unstructured: ['INV-2026-0042 INV-2026-0051'] }
    expect(match(named, claim, second)).toMatchObject({ by: 'collective' })
    expect(match(named, claim, { ...second, debtorId: 'db_7' })).toMatchObject({
      kind: 'unmatched',
    })
    const unknown = { ...named, debtorName: 'Greta Lund' }
    expect(match(unknown, stranger(claim), stranger(second))).toMatchObject({ kind: 'unmatched' })
  })

  it('goes to the one that owes when the other named one is settled', () => {
    const settled = { ...second, outstanding: 0n, state: 'settled' as const }
    const named = paymentOf({ structuredReferences: [REFERENCE, OTHER_REFERENCE] })
    expect(match(named, claim, settled)).toMatchObject({ shares: [{ claimId: 'pr_1' }] })
  })

  it.each([1n, -1n])('waits for a person when the sum is %s cent off', (off) => {
    const amount = amountOf(24_100n + off)
    const named = paymentOf({ amount, structuredReferences: [REFERENCE, OTHER_REFERENCE] })
    expect(match(named, claim, second)).toMatchObject({ kind: 'unmatched', reason: 'ambiguous' })
  })

  it('shares always sum to the payment', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt(1n, 10n ** 12n), { minLength: 2, maxLength: 6 }), (owed) => {
        const claims = owed.map((outstanding, index) =>
          claimOf({ claimId: `pr_${index}`, reference: `R${index}`, outstanding, lines: [] }),
        )
        const minor = owed.reduce((all, one) => all + one, 0n)
        const references = claims.map(({ reference }) => reference)
        const decision = match(
          paymentOf({ amount: amountOf(minor), structuredReferences: references }),
          ...claims,
        )
        if (decision.kind !== 'matched') throw new Error('not matched')
        expect(decision.shares.reduce((all, share) => all + share.minor, 0n)).toBe(minor)
      }),
    )
  })
})

describe('a payment that says two things', () => {
  const smaller = { ...second, outstanding: 5000n }

  it('waits for a person when the text names the claim that fits the amount', () => {
    const payment = paymentOf({
      amount: amountOf(5000n),
      structuredReferences: [REFERENCE],
      unstructured: [OTHER_REFERENCE],
    })
    expect(match(payment, claim, smaller)).toMatchObject({ reason: 'ambiguous' })
    const plain = { ...payment, amount: amountOf(4000n) }
    expect(match(plain, claim, smaller)).toMatchObject({ shares: [{ claimId: 'pr_1' }] })
  })
})

describe('too much money by a reference in the text', () => {
  const much = { amount: amountOf(24_100n), unstructured: [`${REFERENCE} and 1000.0325.43`] }

  it('waits for a person when another number beside it may be one that could not be read', () => {
    expect(match(paymentOf(much), claim)).toMatchObject({ reason: 'ambiguous' })
    const alone = { ...much, unstructured: [REFERENCE] }
    expect(match(paymentOf(alone), claim)).toMatchObject({ by: 'reference-in-text' })
    const exact = { ...much, amount: amountOf(12_050n) }
    expect(match(paymentOf(exact), claim)).toMatchObject({ by: 'reference-in-text' })
  })
})

describe('digits that are a reference of ours', () => {
  const bare = stranger(claimOf({ reference: '090933755493', lines: [], outstanding: 9900n }))
  const text = { amount: amountOf(100n), unstructured: ['order 090933755493'] }

  it('need a second sign, since every tenth number has a right check digit', () => {
    expect(match(paymentOf(text), bare)).toMatchObject({
      kind: 'unmatched',
      candidates: [{ claimId: 'pr_1', reasons: ['same-reference'] }],
    })
    for (const sign of [{ amount: amountOf(9900n) }, { debtorName: 'Zoe Peeters' }]) {
      expect(match(paymentOf({ ...text, ...sign }), bare)).toMatchObject({
        by: 'digits-in-text',
      })
    }
  })
})

describe('the weights', () => {
  it('let no two pieces of evidence decide, and no single one outdo somebody else', () => {
    const weak = Object.entries(EVIDENCE_WEIGHTS)
      .filter(([, points]) => points < EVIDENCE_THRESHOLD)
      .sort(([, a], [, b]) => b - a)
    const [[number, most] = ['', 0], [, next] = ['', 0]] = weak
    expect(most + next).toBeLessThan(EVIDENCE_THRESHOLD)
    expect(most).toBeLessThan(EVIDENCE_MARGIN_OF_OTHERS)
    expect(next).toBeLessThan(EVIDENCE_MARGIN)
    expect([number, most >= EVIDENCE_MARGIN]).toEqual(['invoice-number-in-text', true])
  })
})
