import { describe, expect, it } from 'vitest'
import type { CaseFacts } from '../../../src/domain/compliance/case-facts.ts'
import type { Law } from '../../../src/domain/compliance/law-in-force.ts'
import { quote } from '../../../src/domain/compliance/quote.ts'
import { caseOf, changed, notice, quoteOf, shipped } from './support-law.ts'

const BE = shipped('be-b2c')
const DK = shipped('dk-b2c')

function reasons(law: Law, facts: CaseFacts, rule: string) {
  const own = quoteOf(law, facts).lines.filter((line) => line.rule === rule)
  return own.map(({ notCharged }) => notCharged ?? 'charged')
}

function dk(days: readonly string[], more: Parameters<typeof caseOf>[0] = {}) {
  return caseOf({ currency: 'DKK', notices: days.map((day) => notice(day)), ...more })
}

describe('quote', () => {
  it.each<[string, Parameters<typeof caseOf>[0]]>([
    ['payment-amount', { payments: [{ day: '2026-04-01', minor: 0n }] }],
    ['payment-after-as-of', { payments: [{ day: '2026-06-02', minor: 1n }] }],
    ['notice-after-as-of', { notices: [notice('2026-06-02')] }],
    ['notice-twice', { notices: [notice('2026-04-01'), notice('2026-04-01')] }],
    ['stop-ends-before', { stops: [{ kind: 'plan', from: '2026-04-02', to: '2026-04-01' }] }],
    ['currency-other', { currency: 'SEK' }],
    ['no-version', { dueDay: '2023-11-29' }],
  ])('refuses %s', (code, facts) => {
    expect(quote(BE, caseOf(facts))).toEqual({ ok: false, error: { code } })
  })

  it('charges nothing on nothing, and refuses a principal below it', () => {
    const of = (minor: bigint) => quote(BE, { ...caseOf(), principal: { minor, currency: 'EUR' } })
    expect(of(0n)).toMatchObject({ ok: true, value: { outstanding: 0n, charged: 0n } })
    expect(of(-1n)).toEqual({ ok: false, error: { code: 'principal' } })
  })

  it('quotes when each of these is right', () => {
    const facts = caseOf({
      dueDay: '2023-11-30',
      payments: [{ day: '2026-06-01', minor: 1n }],
      notices: [notice('2026-04-01'), notice('2026-06-01')],
      stops: [{ kind: 'plan', from: '2026-04-01', to: '2026-04-01' }],
    })
    expect(quote(BE, facts).ok).toBe(true)
  })

  it('charges damages and interest of the rest after a free reminder, in words and numbers', () => {
    const facts = caseOf({
      notices: [notice('2026-03-10')],
      payments: [{ day: '2026-04-01', minor: 20_000n }],
    })
    const { lines, outstanding, charged, total, remarks } = quoteOf(BE, facts)
    expect(lines.map(({ sentence }) => sentence)).toEqual([
      'Interest for late payment, 2026-H1: 1000.00 × 10.15 % × 8 / 365 + 800.00 × 10.15 % × 61 / 365 = 15.80 EUR, since 2026-03-25.',
      'Fixed damages: 65.00 + 5.00 % × (1000.00 − 500.00) = 90.00 EUR, since 2026-03-25.',
    ])
    expect([outstanding, charged, total]).toEqual([80_000n, 10_580n, 90_580n])
    expect(remarks).toEqual([
      'The email of 2026-03-10 counts as delivered on 2026-03-10; its term is 2026-03-11 to 2026-03-24.',
    ])
  })

  it('takes the version of the day after the due day', () => {
    const law = shipped('eu-b2b')
    const [only] = law.profile.versions
    if (only === undefined) throw new Error('no version')
    const versions = [
      { ...only, fees: [], validTo: '2026-03-31' },
      { ...only, version: 2, validFrom: '2026-04-01', validTo: null },
    ]
    const dated = { ...law, profile: { ...law.profile, versions } }
    const at = (dueDay: string) => quoteOf(dated, caseOf({ dueDay })).version
    expect([at('2026-03-30'), at('2026-03-31')]).toEqual([1, 2])
  })
})

describe('what is not charged, and why', () => {
  it('what is unverified, with what it would be', () => {
    const { lines, charged } = quoteOf(
      shipped('de-b2c'),
      caseOf({ dueDay: '2026-06-30', asOf: '2026-07-30' }),
    )
    expect(lines[0]).toMatchObject({ notCharged: 'unverified', minor: 536n })
    expect(lines[0]?.sentence).toContain(
      '= 5.36 EUR is not charged: no text that was read proves it',
    )
    expect(charged).toBe(0n)
    expect(reasons(shipped('de-b2c'), caseOf(), 'interest')).toEqual(['charged'])
  })

  it('a half-year without a rate, which the one before never fills', () => {
    const facts = caseOf({ asOf: '2027-02-01' })
    expect(reasons(shipped('eu-b2b'), facts, 'interest')).toEqual(['charged', 'charged', 'no-rate'])
    const last = quoteOf(shipped('eu-b2b'), facts).lines[2]
    expect(last).toMatchObject({ period: '2027-H1', minor: 0n })
    expect(last?.sentence).toContain('no rate is published here for this half-year')
  })

  it('what the contract has to provide for', () => {
    const facts = caseOf({ notices: [notice('2026-03-10')] })
    expect(reasons(BE, facts, 'damages')).toEqual(['charged'])
    expect(reasons(BE, { ...facts, grounds: [] }, 'damages')).toEqual(['needs-ground'])
    expect(reasons(BE, { ...facts, grounds: [] }, 'interest')).toEqual(['needs-ground'])
  })

  it('what waits for a notice, or for its term', () => {
    expect(reasons(BE, caseOf(), 'damages')).toEqual(['no-notice'])
    expect(reasons(BE, caseOf(), 'interest')).toEqual(['no-notice'])
    const sent = caseOf({ notices: [notice('2026-03-10')], asOf: '2026-03-24' })
    expect(reasons(BE, sent, 'damages')).toEqual(['not-yet'])
    expect(reasons(BE, { ...sent, asOf: '2026-03-25' }, 'damages')).toEqual(['charged'])
  })

  it.each([
    ['not-late-yet', notice('2026-03-01')],
    ['undelivered', notice('2026-03-10', { undelivered: true })],
    ['channel', notice('2026-03-10', { channel: 'sms' })],
    ['lacks-mentions', notice('2026-03-10', { lacks: ['term'] })],
    ['wrong-fee', notice('2026-03-10', { statedFee: 8_999n })],
    ['term-too-short', notice('2026-03-10', { statedLastDay: '2026-03-23' })],
  ])('what waits for a notice that does not count: %s', (fault, given) => {
    const { judgement, charged } = quoteOf(BE, caseOf({ notices: [given] }))
    expect(judgement).toEqual({ opened: null, rejected: [{ notice: given, fault }] })
    expect(charged).toBe(0n)
  })

  it('counts a notice that states the right fee and day, or a later day', () => {
    const sent = notice('2026-03-10', { statedFee: 9_000n, statedLastDay: '2026-03-31' })
    const { judgement } = quoteOf(
      BE,
      caseOf({ notices: [notice('2026-03-05', { channel: 'sms' }), sent] }),
    )
    expect(judgement.opened?.term.endedOn).toBe('2026-04-01')
    expect(judgement.rejected).toHaveLength(1)
  })

  it('what was settled inside the term', () => {
    const facts = caseOf({
      notices: [notice('2026-03-10')],
      payments: [{ day: '2026-03-24', minor: 100_000n }],
    })
    expect(reasons(BE, facts, 'damages')).toEqual(['nothing-owed'])
    expect(quoteOf(BE, facts).total).toBe(0n)
  })

  it('notices too soon, too many, or undelivered', () => {
    const fee = (days: readonly string[]) => reasons(DK, dk(days), 'reminder-fee')
    expect(fee(['2026-03-10'])).toEqual(['too-soon'])
    expect(fee(['2026-03-11'])).toEqual(['charged'])
    const four = ['2026-03-11', '2026-03-21', '2026-03-31', '2026-04-10']
    expect(fee(four)).toEqual(['charged', 'charged', 'charged', 'too-many'])
    const lost = caseOf({ currency: 'DKK', notices: [notice('2026-03-11', { undelivered: true })] })
    expect(reasons(DK, lost, 'reminder-fee')).toEqual(['undelivered'])
  })

  it('the notice that crossed a payment, but not one while something is owed', () => {
    const facts = (minor: bigint) =>
      dk(['2026-03-20'], { payments: [{ day: '2026-03-20', minor }] })
    expect(reasons(DK, facts(100_000n), 'reminder-fee')).toEqual(['crossed-payment'])
    expect(reasons(DK, facts(99_999n), 'reminder-fee')).toEqual(['charged'])
  })

  it('what falls into a stop; afterwards it begins without looking back', () => {
    const stops = [{ kind: 'moratorium', from: '2026-03-20', to: '2026-04-18' }] as const
    const at = (asOf: string) =>
      caseOf({ notices: [notice('2026-03-10')], stops: [...stops], asOf })
    expect(reasons(BE, at('2026-04-18'), 'damages')).toEqual(['stopped'])
    expect(reasons(BE, at('2026-04-18'), 'interest')).toEqual(['stopped'])
    const after = quoteOf(BE, at('2026-04-19'))
    expect(after.lines.map(({ from }) => from)).toEqual(['2026-04-19', '2026-04-19'])
    expect(after.lines[0]?.formula).toBe('1000.00 × 10.15 % × 1 / 365')
  })

  it('a stop that the profile does not know stops everything', () => {
    const law = changed('be-b2c', () => ({ stops: [] }))
    const stops = [{ kind: 'dispute', from: '2026-03-02', to: null }] as const
    const quoted = quoteOf(law, caseOf({ notices: [notice('2026-03-10')], stops: [...stops] }))
    expect(quoted.charged).toBe(0n)
    expect(quoted.next.from).toBeNull()
  })

  it('a Breathing Space lasts 60 days where its end is not known', () => {
    const stops = [{ kind: 'moratorium', from: '2026-05-04', to: null }] as const
    const quoted = quoteOf(shipped('uk-b2c'), caseOf({ currency: 'GBP', stops: [...stops] }))
    expect(quoted.next).toMatchObject({
      from: '2026-07-03',
      why: ['Contact rests until 2026-07-02.'],
    })
  })

  it('DE: without an agreed day, interest begins when the first notice has arrived', () => {
    const law = shipped('de-b2c')
    expect(reasons(law, caseOf({ grounds: [] }), 'interest')).toEqual(['no-notice'])
    const sent = caseOf({ grounds: [], notices: [notice('2026-03-10')] })
    expect(quoteOf(law, sent).lines[0]?.from).toBe('2026-03-12')
    expect(quoteOf(law, caseOf()).lines[0]?.from).toBe('2026-03-02')
  })

  it('DE: the first reminder letter is free, and no e-mail costs anything', () => {
    const letter = (day: string) => notice(day, { channel: 'letter' })
    const law = shipped('de-b2c')
    const fee = (notices: CaseFacts['notices']) =>
      reasons(law, caseOf({ notices }), 'reminder-letter')
    expect(fee([letter('2026-03-10')])).toEqual([])
    expect(fee([letter('2026-03-10'), letter('2026-03-20')])).toEqual(['charged'])
    expect(fee([letter('2026-03-10'), notice('2026-03-20')])).toEqual([])
  })

  it('FR: a consumer is never charged a cost, and no interest that is unverified', () => {
    const quoted = quoteOf(shipped('fr-b2c'), caseOf({ notices: [notice('2026-03-10')] }))
    expect(quoted.charged).toBe(0n)
    expect(quoted.lines.map(({ notCharged }) => notCharged)).toEqual(['unverified'])
  })
})
