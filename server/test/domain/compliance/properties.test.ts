import { addDays } from '@parley/sdk/protocol'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { CaseFacts } from '../../../src/domain/compliance/case-facts.ts'
import { postCharges } from '../../../src/domain/compliance/charge-items.ts'
import { deliveryDay, isLeftOut } from '../../../src/domain/compliance/delivery.ts'
import { feeOf, minorOf } from '../../../src/domain/compliance/fee-scale.ts'
import { interestOn } from '../../../src/domain/compliance/interest.ts'
import { quote } from '../../../src/domain/compliance/quote.ts'
import { inForce, LAW, notice, quoteOf, shipped } from './support-law.ts'

const PROFILES = [...LAW.profiles.keys()]
const cents = fc.bigInt({ min: 1n, max: 10n ** 12n })
const day = fc.integer({ min: 0, max: 1000 }).map((offset) => addDays('2024-01-02', offset))
const payments = fc.array(fc.record({ day, minor: cents }), { maxLength: 4 })

const { version, series } = inForce(shipped('eu-b2b'))
const rates = series.get('ecb-mro')
if (version.interest === null || rates === undefined) throw new Error('no interest')
const rule = version.interest

function interest(
  principal: bigint,
  span: { from: string; to: string },
  paid: CaseFacts['payments'],
) {
  const facts = { principal: { minor: principal, currency: 'EUR' }, payments: paid, stopped: [] }
  return rates === undefined ? [] : interestOn(rule, rates, { ...facts, ...span })
}

const sum = (items: readonly { minor: bigint }[]) => items.reduce((all, it) => all + it.minor, 0n)

/** Any case whose payments and notices have happened. */
const anyCase = fc
  .record({
    principal: cents,
    dueDay: day,
    days: fc.integer({ min: -20, max: 700 }),
    payments,
    sent: fc.array(
      fc.record({
        offset: fc.integer({ min: -10, max: 200 }),
        channel: fc.constantFrom('email', 'letter', 'sms', 'app'),
        kind: fc.constantFrom('reminder', 'demand'),
        undelivered: fc.boolean(),
      }),
      { maxLength: 5 },
    ),
    grounds: fc.subarray(['agreed', 'fourth-missed-date'] as const),
  })
  .map(({ principal, dueDay, days, payments: paid, sent, grounds }) => {
    const asOf = addDays(dueDay, days)
    const notices = sent.map(({ offset, ...more }, index) => {
      return notice(addDays(dueDay, offset), { ...more, id: String(index) })
    })
    return {
      claimId: 'cl_1',
      principal: { minor: principal, currency: 'EUR' },
      dueDay,
      asOf,
      payments: paid.filter((payment) => payment.day <= asOf),
      notices: notices.filter((it) => it.day <= asOf),
      stops: [],
      grounds,
    }
  })

function inCurrencyOf(profile: string, facts: CaseFacts): CaseFacts {
  const currency = shipped(profile).profile.currency
  return { ...facts, principal: { ...facts.principal, currency } }
}

describe('interest, for any claim', () => {
  it('is never negative and grows with the days', () => {
    fc.assert(
      fc.property(cents, day, fc.nat(600), payments, (principal, from, days, paid) => {
        const to = addDays(from, days)
        const before = interest(principal, { from, to }, paid)
        const after = interest(principal, { from, to: addDays(to, 1) }, paid)
        expect(before.every(({ minor }) => minor >= 0n)).toBe(true)
        expect(sum(after) >= sum(before)).toBe(true)
      }),
    )
  })

  it('is the same in two spans of days, but for the rounding of one item', () => {
    const spans = fc.tuple(fc.nat(400), fc.nat(400))
    fc.assert(
      fc.property(cents, day, spans, payments, (principal, from, [first, second], paid) => {
        const cut = addDays(from, first)
        const to = addDays(cut, second + 1)
        const whole = interest(principal, { from, to }, paid)
        const head = interest(principal, { from, to: cut }, paid)
        const tail = interest(principal, { from: addDays(cut, 1), to }, paid)
        const off = sum(whole) - sum(head) - sum(tail)
        // Only the half-year that is cut is rounded twice.
        expect(off >= -1n && off <= 1n).toBe(true)
      }),
    )
  })

  it('equals the sum over single days, taken exactly and rounded once a half-year', () => {
    fc.assert(
      fc.property(cents, fc.nat(120), payments, (principal, days, paid) => {
        const from = '2026-01-05'
        const owed = (on: string) => {
          const before = paid.filter((payment) => payment.day < on)
          const rest = before.reduce((all, { minor }) => all - minor, principal)
          return rest > 0n ? rest : 0n
        }
        let exact = 0n
        for (let offset = 0; offset <= days; offset += 1) exact += owed(addDays(from, offset))
        const scaled = exact * 1015n
        const denominator = 3_650_000n
        const [item] = interest(principal, { from, to: addDays(from, days) }, paid)
        const off = 2n * ((item?.minor ?? 0n) * denominator - scaled)
        expect(off <= denominator && off >= -denominator).toBe(true)
      }),
      { numRuns: 40 },
    )
  })
})

describe('fees, for any claim and every shipped rule', () => {
  it('stay between their minimum and their cap', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PROFILES), cents, (id, base) => {
        const { profile, version: own } = inForce(shipped(id))
        for (const fee of own.fees) {
          const { minor } = feeOf(fee, base, profile.currency)
          expect(minor >= 0n).toBe(true)
          if (fee.max !== null) expect(minor <= minorOf(fee.max, profile.currency)).toBe(true)
          if (fee.min !== null) expect(minor >= minorOf(fee.min, profile.currency)).toBe(true)
        }
      }),
    )
  })

  it('charge no more notices than the rule allows, and none twice', () => {
    fc.assert(
      fc.property(fc.constantFrom('dk-b2c', 'se-b2c', 'de-b2c', 'be-b2c'), anyCase, (id, given) => {
        const { lines } = quoteOf(shipped(id), inCurrencyOf(id, given))
        const keys = lines.map(({ rule: name, period }) => `${name} ${period}`)
        expect(new Set(keys).size).toBe(keys.length)
        for (const { rule: name, perNotice } of inForce(shipped(id)).version.fees) {
          const charged = lines.filter((line) => line.rule === name && line.notCharged === null)
          if (perNotice) expect(charged.length <= perNotice.maxCount).toBe(true)
        }
      }),
    )
  })
})

describe('the legal clock, for any day', () => {
  const rules = PROFILES.flatMap((id) => {
    const { version: own, holidays } = inForce(shipped(id))
    return own.delivery.map((it) => ({ rule: it, holidays }))
  })

  it('never delivers on a day that is left out, and never before the sending', () => {
    fc.assert(
      fc.property(fc.constantFrom(...rules), day, ({ rule: delivery, holidays }, sentOn) => {
        const arrives = deliveryDay(delivery, sentOn, holidays)
        expect(arrives >= addDays(sentOn, delivery.days)).toBe(true)
        if (delivery.days > 0) expect(isLeftOut(delivery, arrives, holidays)).toBe(false)
      }),
    )
  })
})

describe('quotes, for any case and profile', () => {
  it('charge nothing that is unverified, and add up', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PROFILES), anyCase, (id, given) => {
        const quoted = quoteOf(shipped(id), inCurrencyOf(id, given))
        const charged = quoted.lines.filter(({ notCharged }) => notCharged === null)
        expect(charged.every(({ level }) => level !== 'unverified')).toBe(true)
        expect(quoted.charged).toBe(sum(charged))
        expect(quoted.total).toBe(quoted.outstanding + quoted.charged)
      }),
    )
  })

  it('charge nothing at all when any source that a charge stands on is unverified', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PROFILES), anyCase, (id, given) => {
        const law = shipped(id)
        const doubtful = law.profile.sources.map((it) => ({ ...it, level: 'unverified' as const }))
        const profile = { ...law.profile, sources: doubtful }
        const quoted = quote({ ...law, profile }, inCurrencyOf(id, given))
        expect(quoted.ok && quoted.value.charged).toBe(0n)
        // The rates alone are enough to stop the interest.
        const unread = [...law.series].map(([key, it]) => {
          const sources = it.sources.map((source) => ({ ...source, level: 'unverified' as const }))
          return [key, { ...it, sources }] as const
        })
        const rated = quoteOf({ ...law, series: new Map(unread) }, inCurrencyOf(id, given))
        const interests = rated.lines.filter((line) => line.rule === 'interest')
        expect(interests.every(({ notCharged }) => notCharged !== null)).toBe(true)
      }),
    )
  })

  it('change nothing when they are posted again', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PROFILES), anyCase, (id, given) => {
        const facts = inCurrencyOf(id, given)
        const { lines, charged } = quoteOf(shipped(id), facts)
        const key = { claimId: facts.claimId, day: facts.asOf }
        const first = postCharges([], lines, key)
        const again = postCharges(first.items, lines, { ...key, day: addDays(key.day, 1) })
        expect(sum(first.items)).toBe(charged)
        expect(again).toEqual({ items: first.items, changes: [] })
      }),
    )
  })
})
