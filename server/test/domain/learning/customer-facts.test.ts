import { addDays } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import {
  type CustomerFact,
  learnCustomer,
  unknownIn,
} from '../../../src/domain/learning/customer-facts.ts'
import type { CustomerRecord } from '../../../src/domain/learning/customer-record.ts'
import { standingOf } from '../../../src/domain/learning/customer-standing.ts'
import { deedsOf } from '../../../src/domain/learning/deeds-of.ts'
import { loadPrior } from '../../../src/learning-files.ts'
import { EMPTY_RECORD, eventOf, secondsOf } from '../../support/customer-records.ts'
import { paidBills } from '../../support/lived-bills.ts'

const timeZone = 'Europe/Brussels'
const now = secondsOf('2026-06-10T08:00:00Z')

const learn = (record: Partial<CustomerRecord>, at = now) =>
  learnCustomer(
    { ...EMPTY_RECORD, ...record },
    { model: loadPrior(), now: at, timeZone, told: null, holidays: new Set() },
  )

const find = (facts: readonly CustomerFact[], kind: string, about: string | null = null) =>
  facts.find((it) => it.kind === kind && it.about === about)?.fact

const kindsOf = (record: Partial<CustomerRecord>) =>
  deedsOf({ ...EMPTY_RECORD, ...record }, { now, timeZone }).map(({ kind }) => kind)

/** Six bills, each paid three days late. */
const LATE = paidBills(
  'ann',
  Array.from({ length: 6 }, (_, month) => {
    const dueOn = `2025-0${month + 1}-15`
    return { dueOn, paidOn: addDays(dueOn, 3) }
  }),
)
const PAYMENTS = LATE.map(({ invoice, settledOn, dueOn }) => ({
  paymentId: `pay-${invoice}`,
  claimId: invoice,
  receivedOn: settledOn ?? '',
  dueOn,
  isReversed: false,
}))

describe('what is learnt of a customer', () => {
  it('is nothing but that nobody told of a difficulty, of somebody who is new', () => {
    const facts = learn({})
    expect(facts.map(({ kind }) => kind)).toEqual(['fragility', 'ability', 'willingness'])
    expect(unknownIn(facts)).toEqual([
      ...['pay-day', 'usual-delay', 'expected-payment', 'self-cure', 'ability', 'willingness'],
      ...['contactability', 'best-hour'],
    ])
  })

  it('stands on the payments that it is seen in', () => {
    const facts = learn({ bills: LATE, payments: PAYMENTS })
    expect(find(facts, 'usual-delay')).toMatchObject({ value: { days: 3 } })
    expect(find(facts, 'ability')?.basis).toEqual(PAYMENTS.map(({ paymentId }) => paymentId))
  })

  it('expects an open bill as late as the others, and a cure until somebody acts', () => {
    const [open] = paidBills('ben', [{ dueOn: '2026-06-05', paidOn: null }])
    const bills = open === undefined ? [] : [...LATE, open]
    const about = 'ben-000'
    expect(find(learn({ bills }), 'self-cure', about)?.value).toMatchObject({
      moment: 'after-due',
    })
    const before = secondsOf('2026-06-01T08:00:00Z')
    expect(find(learn({ bills }, before), 'expected-payment', about)?.value).toMatchObject({
      day: '2026-06-07',
    })
    const reminded = bills.map((it) =>
      it.invoice === about ? { ...it, contactedOn: '2026-06-08' } : it,
    )
    expect(find(learn({ bills: reminded }), 'self-cure', about)).toBeUndefined()
  })
})

describe('deeds', () => {
  it('tell a payment in parts from one in full, and one in time', () => {
    expect(kindsOf({ bills: LATE.slice(0, 1), payments: PAYMENTS.slice(0, 1) })).toEqual([
      'paid-in-full',
    ])
    const [bill] = paidBills('ann', [{ dueOn: '2025-01-20', paidOn: '2025-01-18' }])
    expect(kindsOf({ bills: bill ? [bill] : [], payments: PAYMENTS.slice(0, 1) })).toEqual([
      'paid-in-full',
      'paid-unasked',
    ])
    const parts = [1, 2].flatMap((part) =>
      PAYMENTS.slice(0, 1).map((it) => ({ ...it, paymentId: `part-${part}` })),
    )
    expect(kindsOf({ bills: LATE.slice(0, 1), payments: parts })).toEqual([
      'part-payment',
      'part-payment',
    ])
  })

  it.each([
    { why: 'kept', paidOn: '2026-06-03', deed: ['promise-kept'] },
    { why: 'kept by money that took a weekend', paidOn: '2026-06-06', deed: ['promise-kept'] },
    { why: 'broken', paidOn: '2026-06-07', deed: ['promise-broken'] },
  ])('tell a promise that was $why', ({ paidOn, deed }) => {
    const events = [eventOf('promise.made', '2026-05-28T09:00:00Z', { day: '2026-06-02' })]
    const payments = [
      { paymentId: 'p', claimId: 'pr_1', receivedOn: paidOn, dueOn: paidOn, isReversed: false },
    ]
    expect(kindsOf({ events, payments })).toEqual(deed)
  })

  it('wait with a promise whose day has not come', () => {
    const events = [eventOf('promise.made', '2026-06-08T09:00:00Z', { day: '2026-06-12' })]
    expect(kindsOf({ events })).toEqual([])
  })

  it('tell instalments that were kept from those that were missed', () => {
    const line = { agreementId: 'ag', claimId: 'pr_1', dueOn: '2026-05-01', isPaid: true }
    const instalments = [
      { ...line, line: 1 },
      { ...line, line: 2 },
    ]
    const late = eventOf('plan.line-late', '2026-05-05T09:00:00Z', { agreementId: 'ag', line: 2 })
    expect(kindsOf({ instalments, events: [late] })).toEqual([
      'instalment-kept',
      'instalment-missed',
    ])
  })
})

describe('silence', () => {
  const sentOn = (claimId: string, day: string) => ({
    ...({ messageId: `m-${claimId}`, claimId, channel: 'email', hasArrived: true } as const),
    sentAt: secondsOf(`${day}T09:00:00Z`),
  })
  const openDue = (dueOn: string) => paidBills('ben', [{ dueOn, paidOn: null }])

  it('says nothing about a bill that was paid, or whose day has not come', () => {
    const messages = LATE.map(({ invoice, issuedOn }) => sentOn(invoice, issuedOn))
    expect(kindsOf({ bills: LATE, messages })).toEqual([])
    const early = { bills: openDue('2026-07-01'), messages: [sentOn('ben-000', '2026-05-20')] }
    expect(kindsOf(early)).toEqual([])
  })

  it('speaks against willingness about a bill that is overdue and not paid', () => {
    const late = { bills: openDue('2026-05-15'), messages: [sentOn('ben-000', '2026-05-20')] }
    expect(kindsOf(late)).toEqual(['message-unanswered'])
  })
})

describe('how a customer stands', () => {
  const facts = learn({ bills: LATE, payments: PAYMENTS }).map((fact, index) => ({
    ...fact,
    factId: `lf_${index}`,
  }))

  it('is said in words, with the facts that it stands on', () => {
    const standing = standingOf(facts, 'pr_none')
    expect(standing).toMatchObject({ ability: 'able', willingness: 'unknown', fragile: false })
    expect(standing.facts).toContain(facts.find(({ kind }) => kind === 'ability')?.factId)
  })

  it('is unknown where the fact may not be used', () => {
    const without = facts.filter(({ kind }) => kind !== 'ability')
    expect(standingOf(without, 'pr_none').ability).toBe('unknown')
  })
})
