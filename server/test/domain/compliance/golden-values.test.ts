import { parseAmount } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { deliveryDay, termOf } from '../../../src/domain/compliance/delivery.ts'
import { feeOf } from '../../../src/domain/compliance/fee-scale.ts'
import { interestOn } from '../../../src/domain/compliance/interest.ts'
import { caseOf, inForce, notice, quoteOf, shipped } from './support-law.ts'

function fee(profile: string, rule: string, base: string): string {
  const law = inForce(shipped(profile))
  const found = law.version.fees.find((it) => it.rule === rule)
  const { currency } = law.profile
  const amount = parseAmount({ value: base, currency })
  if (found === undefined || !amount.ok) throw new Error('no such rule or amount')
  return String(feeOf(found, amount.value.minor, currency).minor)
}

describe('golden values of fees', () => {
  it.each([
    ['100.00', '4000'],
    ['266.67', '4000'],
    ['1000.00', '15000'],
    ['2500.00', '37500'],
    ['5000.00', '62500'],
    ['10000.00', '87500'],
    ['200000.00', '277500'],
    ['999999.99', '677500'],
    ['1000000.00', '677500'],
    ['9999999.00', '677500'],
  ])('NL: the scale of costs on %s is %s cents', (base, minor) => {
    expect(fee('nl-b2c', 'collection-costs', base)).toBe(minor)
    expect(fee('nl-b2b', 'collection-costs', base)).toBe(minor)
  })

  it.each([
    ['150.00', '2000'],
    ['150.01', '3000'],
    ['500.00', '6500'],
    ['500.01', '6500'],
    ['1000.00', '9000'],
    ['39199.00', '199995'],
    ['39200.00', '200000'],
    ['90000.00', '200000'],
  ])('BE: the damages on %s are %s cents', (base, minor) => {
    expect(fee('be-b2c', 'damages', base)).toBe(minor)
  })

  it.each([
    ['999.99', '4000'],
    ['1000.00', '7000'],
    ['9999.99', '7000'],
    ['10000.00', '10000'],
  ])('UK: the fixed sum on %s is %s pence', (base, minor) => {
    expect(fee('uk-b2b', 'fixed-sum', base)).toBe(minor)
  })

  it.each(['eu-b2b', 'be-b2b', 'fr-b2b', 'de-b2b', 'lu-b2b', 'fi-b2b'])(
    '%s: the flat sum is 40 whatever is owed',
    (profile) => {
      expect(fee(profile, 'flat-sum', '0.01')).toBe('4000')
      expect(fee(profile, 'flat-sum', '1000000.00')).toBe('4000')
    },
  )
})

describe('golden values of interest', () => {
  function interest(profile: string, principal: string, [from, to]: [string, string]): string {
    const { version, series } = inForce(shipped(profile))
    const rates = version.interest && series.get(version.interest.series)
    const amount = parseAmount({ value: principal, currency: 'EUR' })
    if (version.interest === null || !rates || !amount.ok) throw new Error('no interest')
    const facts = { principal: amount.value, payments: [], stopped: [], from, to }
    return interestOn(version.interest, rates, facts)
      .map(({ minor }) => minor)
      .join(' ')
  }

  it('DE, consumer: 1,000 for 30 days at 6.27 % is 5.15', () => {
    expect(interest('de-b2c', '1000.00', ['2026-03-02', '2026-03-31'])).toBe('515')
  })

  it('EU, business: 10,000 for 30 days at 10.40 % is 85.48', () => {
    expect(interest('eu-b2b', '10000.00', ['2026-07-02', '2026-07-31'])).toBe('8548')
  })

  it.each([
    ['eu-b2b', '10.15 %', '10.40 %'],
    ['nl-b2b', '10.15 %', '10.40 %'],
    ['fr-b2b', '12.15 %', '12.40 %'],
    ['de-b2b', '10.27 %', '10.52 %'],
  ])('%s: %s in the first half of 2026, %s in the second', (profile, first, second) => {
    const { lines } = quoteOf(shipped(profile), caseOf({ asOf: '2026-08-01' }))
    const formulas = lines.filter(({ rule }) => rule === 'interest').map((line) => line.formula)
    expect(formulas[0]).toContain(first)
    expect(formulas[1]).toContain(second)
  })

  it('UK: 11.75 % for what fell due in 2026, and the same rate ever after', () => {
    const facts = caseOf({ currency: 'GBP', asOf: '2026-12-01' })
    const { lines } = quoteOf(shipped('uk-b2b'), facts)
    const formulas = lines.filter(({ rule }) => rule === 'interest').map((line) => line.formula)
    expect(formulas).toEqual(['1000.00 × 11.75 % × 121 / 365', '1000.00 × 11.75 % × 154 / 365'])
    // The rate of the half-year in which it fell due, though 4.25 % + 8 was in force by then.
    const older = quoteOf(shipped('uk-b2b'), { ...facts, dueDay: '2025-03-01', asOf: '2025-08-01' })
    expect(older.lines[1]?.formula).toContain('12.75 %')
  })
})

describe('golden values of the legal clock', () => {
  const { version, holidays } = inForce(shipped('nl-b2c'))
  const letter = version.delivery.find(({ channel }) => channel === 'letter')
  if (letter === undefined) throw new Error('no rule for letters')

  it('NL: a letter of Friday arrives on Tuesday, and its term ends on the Tuesday after the next', () => {
    expect(deliveryDay(letter, '2026-03-13', holidays)).toBe('2026-03-17')
    expect(termOf({ rule: letter, termDays: 14, holidays }, '2026-03-13')).toEqual({
      deliveredOn: '2026-03-17',
      firstDay: '2026-03-18',
      lastDay: '2026-03-31',
      endedOn: '2026-04-01',
    })
  })

  it('NL: costs begin on the Wednesday after, and not before', () => {
    const at = (asOf: string) => {
      const facts = caseOf({ asOf, notices: [notice('2026-03-13', { channel: 'letter' })] })
      return quoteOf(shipped('nl-b2c'), facts).charged
    }
    expect(at('2026-03-31')).toBe(0n)
    expect(at('2026-04-01')).toBe(15_000n)
  })

  it('NL: a letter that names an earlier day gives no right to costs', () => {
    const sent = (statedLastDay: string) => {
      const facts = { channel: 'letter', statedLastDay } as const
      const notices = [notice('2026-03-13', facts)]
      return quoteOf(shipped('nl-b2c'), caseOf({ notices }))
    }
    expect(sent('2026-03-30').charged).toBe(0n)
    expect(sent('2026-03-30').remarks).toEqual([
      'The letter of 2026-03-13 opens no term: it gives less time than the law does.',
    ])
    expect(sent('2026-03-31').charged).toBe(15_000n)
  })

  it('BE: fourteen days from the day after an e-mail, later after a letter', () => {
    const from = (channel: 'email' | 'letter') => {
      const notices = [notice('2026-03-13', { channel })]
      const { lines } = quoteOf(shipped('be-b2c'), caseOf({ notices }))
      return lines.find(({ rule }) => rule === 'damages')?.from
    }
    expect(from('email')).toBe('2026-03-28')
    // The third working day is Wednesday 18 March.
    expect(from('letter')).toBe('2026-04-02')
  })

  it('NL: a part payment inside the term makes the costs smaller, one after it does not', () => {
    const paid = (day: string) => {
      const notices = [notice('2026-03-13', { channel: 'letter' })]
      const facts = caseOf({ notices, payments: [{ day, minor: 60_000n }] })
      return quoteOf(shipped('nl-b2c'), facts).charged
    }
    expect(paid('2026-03-31')).toBe(6_000n)
    expect(paid('2026-04-01')).toBe(15_000n)
  })
})
