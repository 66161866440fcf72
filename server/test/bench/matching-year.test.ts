// A small year of the bench: real camt.053 files with known truth. An automatic match is never wrong.
import { describe, expect, it } from 'vitest'
import { filesOfYear, generateYear, runYear } from '../../bench/matching/run-year.ts'

const year = generateYear(11, { claims: 1_500 })
const report = await runYear(year, filesOfYear(year))

describe('a generated year of payments', () => {
  it('has payments of every style, with and without a reference', () => {
    expect(year.bookings.length).toBeGreaterThan(1_600)
    expect(Object.keys(report.byStyle).sort()).toEqual([
      'ambiguous',
      'collective',
      'customer-number',
      'cut-reference',
      'double',
      'invoice-number',
      'nobody',
      'noisy-text',
      'returned',
      'silent',
      'structured',
      'text',
      'typo-in-number',
      'typo-in-reference',
      'wrong-case',
    ])
  })

  it('is matched without a single error', () => {
    const told = report.wrong.map(({ booking, by }) => `${booking.style} by ${by}`)
    expect(told).toEqual([])
    expect(report.automatic).toBeGreaterThan(1_400)
  })

  it('leaves few payments to a person, and hardly one with a reference', () => {
    expect(report.recallWithReference).toBeGreaterThanOrEqual(99)
    expect(report.recallOfAll).toBeGreaterThanOrEqual(90)
  })

  it('books nothing that is for no claim, and guesses between no two', () => {
    expect(report.byStyle['nobody']?.automatic).toBe(0)
    expect(report.byStyle['ambiguous']?.automatic).toBe(0)
  })
})
