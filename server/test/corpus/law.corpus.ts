// Reference rates and holidays that others published, against those of the catalog.
import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { addDays, weekday } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { holidaysOf, listHolidays } from '../../src/domain/compliance/holidays.ts'
import { parsePercent } from '../../src/domain/compliance/percent.ts'
import { loadLaw } from '../../src/law-files.ts'

const root = resolve(import.meta.dirname, '../../..')
const folder = resolve(root, process.env.PARLEY_CORPUS ?? '../shared/data')
const isThere = existsSync(resolve(folder, 'rates'))
if (!isThere) console.warn(`left out: there is no ${folder}/rates`)
const { series, calendars } = loadLaw()

function rows(file: string): string[][] {
  if (!isThere) return []
  const lines = readFileSync(resolve(folder, file), 'utf8').trimEnd().split(/\r?\n/)
  return lines.slice(1).map((line) => line.split(','))
}

/** The rate in force on a day, by the days on which it changed. */
function inForceOn(changes: string[][], day: string): string | undefined {
  return changes.findLast(([from = '']) => from <= day)?.[1]
}

describe.runIf(isThere)('reference rates', () => {
  it.each([
    // The Bank of England's of the last day before the half-year; the list ends in 2025.
    ['ecb-mro', 'rates/ecb-mro.csv', 0, '9999'],
    ['boe-bank-rate', 'rates/boe-bank-rate.csv', -1, '2026-01-01'],
    ['de-basiszins', 'rates/basiszinssatz-bgb247.csv', 0, '2025-07-01'],
  ])('%s of every half-year', (id, file, offset, until) => {
    const changes = rows(file)
    const values = series.get(id)?.values.filter(({ from }) => from <= until) ?? []
    expect(values.length).toBeGreaterThan(19)
    const expected = values.map(({ from }) => {
      const text = inForceOn(changes, addDays(from, offset)) ?? 'none'
      return [from, parsePercent(text)]
    })
    expect(values.map(({ from, percent }) => [from, parsePercent(percent)])).toEqual(expected)
  })
})

describe.runIf(isThere)('TARGET closing days', () => {
  it('from 2002 to 2035', () => {
    const given = rows('calendars/target-closing-days-2002-2035.csv')
    const expected = given.filter(([, , a, b]) => a === '1' || b === '1').map(([day]) => day)
    const days = calendars.get('TARGET')?.days ?? []
    const years = Array.from({ length: 34 }, (_, index) => 2002 + index)
    expect(years.flatMap((year) => listHolidays(days, year))).toEqual(expected)
  })
})

describe.runIf(isThere)('public holidays 2018 to 2031', () => {
  const given = rows('calendars/public-holidays-date-holidays-2018-2031.csv')
  const places = [...calendars.values()].flatMap(({ id, regions }): [string, string | null][] => {
    if (id === 'TARGET') return []
    return regions.length === 0 ? [[id, null]] : regions.map((region) => [id, region])
  })

  it.each(places)('of %s %s', (id, region) => {
    const calendar = calendars.get(id)
    if (calendar === undefined) throw new Error(`no calendar ${id}`)
    const own = given.filter(([country, part]) => country === id && part === (region ?? ''))
    const published = own.filter(([, , , type]) => type === 'public').map(([, , day = '']) => day)
    const half = new Set(own.filter(([, , , type]) => type === 'bank').map(([, , day = '']) => day))
    const days = calendar.days.filter(({ kind, regions }) => {
      return kind !== 'recognised' && (regions?.includes(region ?? '') ?? true)
    })
    const years = Array.from({ length: 14 }, (_, index) => 2018 + index)
    const ours = years.flatMap((year) => listHolidays(days, year)).filter((day) => !half.has(day))
    // A fixed day on a weekend is named twice by the list where it is kept on another day.
    expect(ours).toEqual([...new Set(published)].sort())
    const holidays = holidaysOf(calendar, region)
    expect(published.every((day) => holidays.has(day) && weekday(day) > 0)).toBe(true)
  })
})
