// Calendar days as spreadsheets write them. 05/12 is May or December: refused, never guessed.

import { type Day, err, parseDay, type Result } from '@parley/sdk/protocol'
import { type CsvFault, type CsvFaultCode, quoted } from './csv-fault.ts'

/** The order of the parts in a file, as the operator said. */
export type DayOrder = 'dmy' | 'mdy' | 'iso'

const YEAR_FIRST = /^([0-9]{4})([-/.])([0-9]{1,2})\2([0-9]{1,2})(?:[T ]00:00(?::00(?:\.0+)?)?)?$/
const YEAR_LAST = /^([0-9]{1,2})([-/.])([0-9]{1,2})\2([0-9]{4})$/

/**
 * Reads `2026-12-15`, also with slashes or points or at midnight, and `15/12/2026`.
 *
 * Refuses `date-ambiguous` (`05/12/2026`, until the operator names the order) and `date-format`
 * (another form, no such day, a year of two digits, or not the order that the operator named).
 */
export function parseCsvDay(text: string, order?: DayOrder): Result<Day, CsvFault> {
  const [, year = '', , month = '', day = ''] = YEAR_FIRST.exec(text) ?? []
  if (year !== '') return dayOf({ year, month, day }, text)
  const [, first = '', , second = '', lastYear = ''] = YEAR_LAST.exec(text) ?? []
  if (lastYear === '' || order === 'iso') return malformed(text)
  const dmy = { year: lastYear, month: second, day: first }
  const mdy = { year: lastYear, month: first, day: second }
  if (order !== undefined) return dayOf(order === 'dmy' ? dmy : mdy, text)
  const readings = [dmy, mdy].filter(({ month: candidate }) => Number(candidate) <= 12)
  if (readings.length === 2 && Number(first) !== Number(second)) {
    const reason = `the day ${quoted(text)} may be two days: say --dates dmy or --dates mdy`
    return refuse('date-ambiguous', reason)
  }
  return dayOf(readings[0] ?? dmy, text)
}

function dayOf(
  { year, month, day }: { year: string; month: string; day: string },
  text: string,
): Result<Day, CsvFault> {
  const parsed = parseDay(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`)
  return parsed.ok ? parsed : malformed(text)
}

function malformed(text: string): Result<never, CsvFault> {
  return refuse('date-format', `${quoted(text)} is no day such as 2026-12-15`)
}

function refuse(code: CsvFaultCode, reason: string): Result<never, CsvFault> {
  return err({ code, reason })
}
