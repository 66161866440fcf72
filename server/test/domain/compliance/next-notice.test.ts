import { instantInZone } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { nextContactDay, openHours } from '../../../src/domain/compliance/contact-hours.ts'
import { caseOf, changed, inForce, notice, quoteOf, shipped } from './support-law.ts'

const BE = shipped('be-b2c')

describe('the next notice', () => {
  it('is the free one from the first open day after the due day, with its last days to pay', () => {
    const { next } = quoteOf(BE, caseOf({ asOf: '2026-03-01' }))
    expect(next).toMatchObject({ from: '2026-03-02', isFree: true })
    expect(next.why).toEqual(['The claim is due on 2026-03-01; notices begin on 2026-03-02.'])
    expect(Object.fromEntries(next.lastDays)).toEqual({
      email: '2026-03-16',
      letter: '2026-03-19',
      'registered-letter': '2026-03-19',
    })
    expect(next.mentions).toContain('enterprise-number')
  })

  it('waits for the end of the term, and is not free any more', () => {
    const { next } = quoteOf(BE, caseOf({ asOf: '2026-03-12', notices: [notice('2026-03-10')] }))
    expect(next).toMatchObject({ from: '2026-03-25', isFree: false })
    expect(next.why).toEqual([
      'At least 14 day(s) after the notice of 2026-03-10.',
      'The term of the notice of 2026-03-10 runs until 2026-03-24.',
    ])
  })

  it('stays the free one after a notice that did not count', () => {
    const notices = [notice('2026-03-10', { undelivered: true })]
    expect(quoteOf(BE, caseOf({ asOf: '2026-03-12', notices })).next.isFree).toBe(true)
  })

  it('leaves out Sundays and holidays, and says so', () => {
    // Easter Sunday and Monday.
    const { next } = quoteOf(BE, caseOf({ asOf: '2026-04-05' }))
    expect(next.from).toBe('2026-04-07')
    expect(next.why).toEqual(['2026-04-05 is closed for contact; 2026-04-07 is open.'])
  })

  it('keeps to the budget of contacts', () => {
    const law = changed('us-b2c', () => ({
      notices: { minDaysAfterDue: 0, minDaysBetween: 1, sources: ['policy-notices'] },
    }))
    const facts = (days: string[]) =>
      caseOf({ currency: 'USD', asOf: '2026-03-05', notices: days.map((day) => notice(day)) })
    expect(quoteOf(law, facts(['2026-03-03', '2026-03-05'])).next).toMatchObject({
      from: '2026-03-10',
      why: [
        'At least 1 day(s) after the notice of 2026-03-05.',
        'At least 48 hours between contacts.',
        'At most 2 contacts in 7 days.',
      ],
    })
    expect(quoteOf(law, facts(['2026-03-05'])).next.from).toBe('2026-03-07')
  })

  it('is none while contact rests without end, nor when nothing is owed', () => {
    const stops = [{ kind: 'dispute', from: '2026-03-20', to: null }] as const
    const disputed = quoteOf(BE, caseOf({ stops: [...stops] })).next
    expect(disputed.from).toBeNull()
    expect(disputed.why).toEqual(['Contact rests until somebody ends the stop.'])
    const paid = caseOf({ payments: [{ day: '2026-03-20', minor: 100_000n }] })
    expect(quoteOf(BE, paid).next).toMatchObject({ from: null, why: ['Nothing is owed.'] })
  })

  it('waits behind a stop that begins before the next open day', () => {
    const stops = [{ kind: 'plan', from: '2026-04-06', to: '2026-04-11' }] as const
    expect(quoteOf(BE, caseOf({ asOf: '2026-04-05', stops: [...stops] })).next.from).toBe(
      '2026-04-13',
    )
  })
})

describe('the hours of contact', () => {
  const us = inForce(shipped('us-b2c'))
  const hours = (zones: readonly string[]) => {
    const on = { day: '2026-03-02', zones, holidays: us.holidays }
    return openHours(us.version.contact, on)
  }

  it('are those of the person', () => {
    const zone = 'America/New_York'
    expect(hours([zone])).toEqual([
      {
        from: instantInZone('2026-03-02', '08:00', zone),
        to: instantInZone('2026-03-02', '21:00', zone),
      },
    ])
  })

  it('are those allowed in every zone of the country where the zone is not known', () => {
    expect(hours(us.profile.zones)).toEqual([
      {
        from: instantInZone('2026-03-02', '08:00', 'Pacific/Honolulu'),
        to: instantInZone('2026-03-02', '21:00', 'America/New_York'),
      },
    ])
  })

  it('are none without any zone, on a closed day, or where zones leave nothing in common', () => {
    expect(hours([])).toEqual([])
    expect(hours(['Pacific/Kiritimati', 'Pacific/Honolulu'])).toEqual([])
    const be = inForce(BE)
    const on = { zones: be.profile.zones, holidays: be.holidays }
    expect(openHours(be.version.contact, { ...on, day: '2026-04-06' })).toEqual([])
    expect(openHours(be.version.contact, { ...on, day: '2026-04-07' })).toHaveLength(1)
  })

  it('may never come, and then no day is found', () => {
    const never = { ...us.version.contact, windows: [] }
    expect(nextContactDay(never, '2026-03-02', us.holidays)).toBeNull()
  })
})
