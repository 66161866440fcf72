import { describe, expect, it } from 'vitest'
import { checkCredit } from '../../src/agent/check-content.ts'
import { chosenByPolicy, creditInquiry } from '../../src/agent/credit-choice.ts'
import { BALANCED_WEIGHTS, type DecisionPolicy } from '../../src/agent/policy.ts'
import type { ThreadRecord } from '../../src/agent/store.ts'
import type { CreditMessage } from '../../src/protocol/generated/messages.ts'

const eur = (value: string) => ({ value, currency: 'EUR' })

const CREDIT = {
  creditId: 'co_1',
  amount: eur('30.00'),
  choices: ['refund-to-origin', 'refund-to-account', 'next-bill'],
  defaultChoice: 'refund-to-origin',
  defaultOn: '2026-03-17',
} as unknown as CreditMessage

const policy = (change: Partial<DecisionPolicy> = {}): DecisionPolicy => ({
  buffer: 0n,
  comfortTarget: 0n,
  weights: BALANCED_WEIGHTS,
  ...change,
})

describe('[CRD-02] what the person’s rules choose for a credit', () => {
  it.each([
    ['refund-to-origin', {}],
    ['next-bill', { credit: 'next-bill' }],
    [null, { credit: 'ask' }],
    [null, { credit: 'set-off' }],
    [null, { quiet: true }],
  ] as const)('is %s', (choice, change) => {
    expect(chosenByPolicy(CREDIT, policy(change))).toBe(choice)
  })

  it('[CRD-04] is never another account', () => {
    const choices = ['refund-to-account'] as const
    expect(chosenByPolicy({ choices: [...choices] }, policy())).toBeNull()
  })
})

describe('what the person chooses', () => {
  const thread = { credit: CREDIT } as ThreadRecord

  it('is said of the offer that stands, and of nothing else', () => {
    const { kind, body, objection } = creditInquiry(thread, { choice: 'next-bill' })
    expect({ kind, body }).toEqual({
      kind: 'credit-choice',
      body: { creditId: 'co_1', choice: 'next-bill' },
    })
    expect(objection(thread)).toBeNull()
    const unknown = { code: 'credit-unknown' }
    expect(objection({ ...thread, credit: { ...CREDIT, creditId: 'co_2' } })).toEqual(unknown)
    expect(objection({ ...thread, credit: null })).toEqual(unknown)
    expect(creditInquiry(thread, { choice: 'set-off' }).objection(thread)).toEqual(unknown)
  })
})

describe('a credit is refused', () => {
  it.each([
    ['amount', { amount: eur('0.00') }],
    ['amount', { amount: { value: '1.00', currency: 'CHF' } }],
    ['setOff', { setOff: [{ requestId: 'pr_1', outstanding: eur('1') }] }],
    ['defaultChoice', { defaultChoice: 'set-off' }],
    ['defaultOn', { defaultOn: '2026-02-30' }],
  ])('for its %s', (detail, change) => {
    const wrong = { ...CREDIT, ...change } as CreditMessage
    expect(checkCredit(wrong, 'EUR')).toEqual({
      ok: false,
      error: { code: 'content-invalid', detail },
    })
    expect(checkCredit(CREDIT, 'EUR')).toEqual({ ok: true, value: null })
  })
})
