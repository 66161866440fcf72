import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DayOrder, parseCsvDay } from '../../../src/domain/import/csv-day.ts'

const read = (text: string, order?: DayOrder) => {
  const parsed = parseCsvDay(text, order)
  return parsed.ok ? parsed.value : parsed.error.code
}

describe('parseCsvDay', () => {
  it.each([
    ['2026-12-15', '2026-12-15'],
    ['2026/12/15', '2026-12-15'],
    ['2026.12.15', '2026-12-15'],
    ['2026-1-5', '2026-01-05'],
    ['2026-12-15T00:00:00', '2026-12-15'],
    ['2026-12-15 00:00', '2026-12-15'],
    ['15/12/2026', '2026-12-15'],
    ['15.12.2026', '2026-12-15'],
    ['15-12-2026', '2026-12-15'],
    ['12/15/2026', '2026-12-15'],
    ['5/5/2026', '2026-05-05'],
    ['05.05.2026', '2026-05-05'],
    ['29/02/2028', '2028-02-29'],
  ])('reads %j as %s', (text, day) => {
    expect(read(text)).toBe(day)
  })

  it.each([
    ['05/12/2026', 'date-ambiguous'],
    ['1.2.2026', 'date-ambiguous'],
    ['15/12/26', 'date-format'],
    ['2026-02-30', 'date-format'],
    ['29/02/2026', 'date-format'],
    ['31/13/2026', 'date-format'],
    ['2026-12-15T10:30:00', 'date-format'],
    ['2026-12-15T00:00:00Z', 'date-format'],
    ['2026-12/15', 'date-format'],
    ['15 December 2026', 'date-format'],
    ['46006', 'date-format'],
    ['0026-12-15', 'date-format'],
    ['', 'date-format'],
  ])('refuses %j with %s', (text, code) => {
    expect(read(text)).toBe(code)
  })

  it('follows the order that the operator named', () => {
    expect(read('05/12/2026', 'dmy')).toBe('2026-12-05')
    expect(read('05/12/2026', 'mdy')).toBe('2026-05-12')
    expect(read('05/12/2026', 'iso')).toBe('date-format')
    expect(read('12/15/2026', 'dmy')).toBe('date-format')
    expect(read('15/12/2026', 'mdy')).toBe('date-format')
    expect(read('2026-12-15', 'dmy')).toBe('2026-12-15')
  })

  it('reads any day in any order that was named', () => {
    const parts = fc.record({
      year: fc.integer({ min: 1990, max: 2100 }),
      month: fc.integer({ min: 1, max: 12 }),
      day: fc.integer({ min: 1, max: 28 }),
      order: fc.constantFrom<DayOrder>('dmy', 'mdy'),
      mark: fc.constantFrom('/', '-', '.'),
    })
    fc.assert(
      fc.property(parts, ({ year, month, day, order, mark }) => {
        const two = (number: number) => String(number).padStart(2, '0')
        const iso = `${year}-${two(month)}-${two(day)}`
        const text = (order === 'dmy' ? [day, month, year] : [month, day, year]).join(mark)
        expect(read(text, order)).toBe(iso)
        // Without the order it is the same day, or nobody's.
        expect([iso, 'date-ambiguous']).toContain(read(text))
      }),
      { numRuns: 2_000 },
    )
  })
})
