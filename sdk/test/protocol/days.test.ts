import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addDays,
  addMonthsAnchored,
  addWeeks,
  compareDays,
  dayInZone,
  daysBetween,
  instantInZone,
  isTimeZone,
  parseDay,
  startOfDayInZone,
  weekday,
} from '../../src/protocol/days.ts'

const anyDay = fc.integer({ min: 0, max: 400_000 }).map((n) => addDays('1900-01-01', n))
const zone = fc.constantFrom('Europe/Berlin', 'America/St_Johns', 'Pacific/Kiritimati', 'UTC')

describe('parseDay', () => {
  it.each(['1900-01-01', '2000-02-29', '2024-02-29', '2026-12-31', '2999-12-31'])(
    'reads %s',
    (text) => {
      expect(parseDay(text)).toEqual({ ok: true, value: text })
    },
  )

  it.each([
    '2026-02-30',
    '2025-02-29',
    '1900-02-29',
    '2100-02-29',
    '2026-04-31',
    '2026-00-10',
    '2026-13-01',
    '2026-01-00',
    '2026-01-32',
    '0000-01-01',
    '1899-12-31',
    '3000-01-01',
    '9999-12-31',
    '2026-W01-1',
    '2026-001',
    '20260101',
    '2026-1-1',
    '2026-01-01T00:00',
    '2026-01-01T24:00:00',
    '2026-01-01Z',
    ' 2026-01-01',
    '2026-01-01\n',
    '２０２６-01-01',
    '+002026-01-01',
    '-2026-01-01',
    '',
    '2026/01/01',
    20260101,
    null,
    undefined,
    new Date(0),
    ['2026-01-01'],
  ])('refuses %j as date-format', (text) => {
    expect(parseDay(text)).toEqual({ ok: false, error: { code: 'date-format' } })
  })

  it('reads every day that day arithmetic gives', () => {
    fc.assert(fc.property(anyDay, (day) => parseDay(day).ok))
  })
})

describe('day arithmetic', () => {
  it('adds and counts days across leap days and centuries', () => {
    expect(addDays('2024-02-28', 1)).toBe('2024-02-29')
    expect(addDays('2100-02-28', 1)).toBe('2100-03-01')
    expect(addWeeks('2026-12-28', 1)).toBe('2027-01-04')
    expect(daysBetween('2026-03-01', '2026-02-01')).toBe(-28)
  })

  it('counts exactly the days that it added', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -3000, max: 3000 }), (day, n) => {
        const later = addDays(day, n)
        expect(daysBetween(day, later)).toBe(n)
        expect(addDays(later, -n)).toBe(day)
        expect(Math.sign(compareDays(later, day))).toBe(Math.sign(n))
      }),
    )
  })

  it('keeps the anchor day of the month, or takes the month’s last', () => {
    const months = [0, 1, 2, 3, 13].map((n) => addMonthsAnchored('2026-01-31', n))
    expect(months).toEqual(['2026-01-31', '2026-02-28', '2026-03-31', '2026-04-30', '2027-02-28'])
    expect(addMonthsAnchored('2023-12-30', 2)).toBe('2024-02-29')
    expect(addMonthsAnchored('2026-03-31', -1)).toBe('2026-02-28')
  })

  it('moves months forward strictly and never past the anchor day', () => {
    fc.assert(
      fc.property(anyDay, fc.integer({ min: 0, max: 120 }), (day, n) => {
        const [here, next] = [addMonthsAnchored(day, n), addMonthsAnchored(day, n + 1)]
        expect(compareDays(here, next)).toBeLessThan(0)
        expect(daysBetween(here, next)).toBeLessThanOrEqual(31)
        expect(here.slice(8) <= day.slice(8)).toBe(true)
      }),
    )
  })

  it('knows Monday as 1 and Sunday as 7, week after week', () => {
    expect(weekday('2026-01-05')).toBe(1)
    expect(weekday('2026-01-11')).toBe(7)
    fc.assert(fc.property(anyDay, (day) => weekday(addWeeks(day, 1)) === weekday(day)))
  })
})

describe('days in a zone', () => {
  it.each([
    ['2026-03-28T23:30:00Z', 'Europe/Berlin', '2026-03-29'],
    ['2026-03-28T22:59:59Z', 'Europe/Berlin', '2026-03-28'],
    ['2024-02-29T04:59:59Z', 'America/New_York', '2024-02-28'],
    ['2024-02-29T05:00:00Z', 'America/New_York', '2024-02-29'],
    ['2026-01-01T10:00:00Z', 'Pacific/Kiritimati', '2026-01-02'],
  ])('puts %s in %s on %s', (instant, timeZone, day) => {
    expect(dayInZone(Date.parse(instant) / 1000, timeZone)).toBe(day)
  })

  it('starts a day at its first instant, which need not be midnight', () => {
    expect(startOfDayInZone('2026-03-29', 'Europe/Berlin')).toBe(seconds('2026-03-28T23:00:00Z'))
    // Beirut's clocks go from 00:00 to 01:00 on this day.
    expect(startOfDayInZone('2026-03-29', 'Asia/Beirut')).toBe(seconds('2026-03-28T22:00:00Z'))
    expect(instantInZone('2026-03-29', '00:00', 'Asia/Beirut')).toBe(
      seconds('2026-03-28T22:00:00Z'),
    )
  })

  it('begins each day where the one before ended', () => {
    fc.assert(
      fc.property(anyDay, zone, (day, timeZone) => {
        const start = startOfDayInZone(day, timeZone)
        fc.pre(Number.isInteger(start))
        expect(dayInZone(start, timeZone)).toBe(day)
        expect(dayInZone(start - 1, timeZone)).toBe(addDays(day, -1))
      }),
    )
  })

  it('reads a skipped time one hour later and a repeated time as the first', () => {
    const berlin = 'Europe/Berlin'
    expect(instantInZone('2026-03-29', '02:30', berlin)).toBe(seconds('2026-03-29T01:30:00Z'))
    expect(instantInZone('2026-10-25', '02:30', berlin)).toBe(seconds('2026-10-25T00:30:00Z'))
    expect(instantInZone('2026-07-01', '09:00', berlin)).toBe(seconds('2026-07-01T07:00:00Z'))
  })

  it.each(['24:00', '9:00', '09:60', '09:00:00', '0900', ''])('throws for the time %j', (time) => {
    expect(() => instantInZone('2026-01-01', time, 'UTC')).toThrow(RangeError)
  })
})

describe('isTimeZone', () => {
  it.each(['Europe/Berlin', 'America/Argentina/Buenos_Aires', 'UTC', 'Etc/GMT+5'])(
    'accepts %s',
    (text) => {
      expect(isTimeZone(text)).toBe(true)
    },
  )

  it.each(['+02:00', '-0500', 'Europe/Atlantis', 'Mars', '', ' UTC', 'Europe/', '../etc', 2, null])(
    'refuses %j',
    (text) => {
      expect(isTimeZone(text)).toBe(false)
    },
  )
})

function seconds(instant: string): number {
  return Date.parse(instant) / 1000
}
