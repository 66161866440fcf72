import type { PaymentRequest } from '@parley/sdk/creditor'
import { describe, expect, it } from 'vitest'
import { differencesOf } from '../../main-job/compare.ts'
import { type ClaimOutcome, standingOf } from '../../main-job/outcomes.ts'
import { totalsOf } from '../../main-job/totals.ts'

const eur = (value: string) => ({ value, currency: 'EUR' })
const TODAY = '2026-04-01'

function request(changes: Partial<PaymentRequest> = {}): PaymentRequest {
  return {
    id: 'pr_1',
    invoiceNumber: '2026-0001',
    debtorId: 'db_1',
    amount: eur('30.00'),
    charges: [],
    subject: null,
    outstanding: eur('30.00'),
    owed: null,
    overpaid: eur('0.00'),
    creditOwed: eur('0.00'),
    credit: eur('0.00'),
    disputed: eur('0.00'),
    holds: [],
    revision: 1,
    issueDate: '2026-03-01',
    dueDate: '2026-03-31',
    segment: 'default',
    documents: [],
    respondBy: '2026-03-02T08:00:00Z',
    createdAt: '2026-03-01T08:00:00Z',
    signedRequest: '',
    remittance: { scheme: 'SCOR', reference: 'RF18539007547034' },
    claim: 'open',
    conversation: 'none',
    dunning: 'active',
    arm: null,
    agreement: null,
    nextStep: { action: 'none', at: null, reason: '' },
    portalUrl: 'http://127.0.0.1/p/x',
    ...changes,
  }
}

function plan(dueDate: string): PaymentRequest['agreement'] {
  const money = { amount: eur('30.00'), paid: eur('0.00'), credited: eur('0.00') }
  const standing = {
    state: 'paid' as const,
    inTimeUntil: dueDate,
    graceUntil: dueDate,
    paidOn: null,
  }
  const lines = [{ line: 1, dueDate, ...money, endToEndId: '1-1', ...standing }]
  const late = { graceDays: 7, replans: 1, answerDays: 10, onDefault: 'overdue-lines' as const }
  return {
    agreementId: 'a',
    acceptedBy: 'agent',
    agreedAt: '2026-03-01T08:00:00Z',
    instalments: 1,
    interval: null,
    priceBps: 0,
    firstDueDate: dueDate,
    total: eur('30.00'),
    progress: { state: 'completed', late, replan: null },
    lines,
  }
}

function outcome(changes: Partial<ClaimOutcome> = {}): ClaimOutcome {
  return {
    request: request({ claim: 'settled', agreement: plan('2026-03-25') }),
    standing: 'settled',
    answer: 'bot',
    payer: 'bank',
    emails: 0,
    messages: 7,
    receipts: 1,
    faults: [],
    explained: { decisions: 3, unexplained: [] },
    ...changes,
  }
}

describe('where a claim stands', () => {
  it.each([
    ['settled', request({ claim: 'settled' })],
    ['settled, overpaid', request({ claim: 'settled', overpaid: eur('0.01') })],
    ['withdrawn', request({ claim: 'cancelled' })],
    ['plan running', request({ agreement: plan('2026-04-01') })],
    ['plan overdue', request({ agreement: plan('2026-03-31') })],
    ['part paid', request({ outstanding: eur('10.00') })],
    ['reminders exhausted', request({ dunning: 'exhausted' })],
    ['reminders under way', request()],
    ['unexplained', request({ dunning: 'idle' })],
  ])('is "%s"', (standing, claim) => {
    expect(standingOf(claim, TODAY)).toBe(standing)
  })
})

describe('the comparison with the story', () => {
  const expected = {
    standing: 'settled',
    answer: 'bot',
    payer: 'bank',
    instalments: 1,
    firstDayOfMonth: 25,
    emails: 0,
  } as const

  it('finds nothing when all is as told', () => {
    expect(differencesOf([outcome()], () => expected)).toEqual([])
  })

  it('names every difference', () => {
    const explained = { decisions: 4, unexplained: ['reminder.sent'] }
    const found = { payer: 'person', emails: 2, receipts: 0, faults: ['signature: bad'] } as const
    const other = outcome({ ...found, explained })
    expect(differencesOf([other], () => expected)).toEqual([
      '2026-0001: who paid should be bank and is person',
      '2026-0001: its e-mails should be 0 and is 2',
      '2026-0001: its signed receipts should be some and is none',
      '2026-0001: its evidence should be without fault and is signature: bad',
      '2026-0001: what it did should be explained and is reminder.sent',
    ])
  })

  it('does not pass over a customer whom the story does not know', () => {
    expect(differencesOf([outcome()], () => undefined)).toHaveLength(1)
  })
})

describe('the totals', () => {
  it('count claims, plans, payers and proofs', () => {
    const explained = { decisions: 4, unexplained: ['reminder.sent'] }
    const open = outcome({
      request: request(),
      payer: 'nobody',
      receipts: 0,
      faults: ['x: y'],
      explained,
    })
    expect(totalsOf([outcome(), open], { emails: 3, refusedLines: 1 })).toEqual({
      claims: 2,
      settled: 1,
      open: 1,
      agreements: 1,
      instalmentPlans: 0,
      autoPaid: 1,
      humanMessages: { email: 3 },
      receipts: 1,
      refusedLines: 1,
      decisions: { explained: 7, unexplained: 1 },
      evidence: { verified: 1, failed: 1 },
    })
  })
})
