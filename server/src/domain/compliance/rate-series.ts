// Reference rates, one value for a half-year. A half-year without a value has no rate: the one before
// is never carried on. Also the form in which a rate file is written.

import { addMonthsAnchored, type Day, err, ok, parseDay, type Result } from '@parley/sdk/protocol'
import type { EvidenceLevel, Source } from './evidence.ts'
import { isPercent, type Percent, parsePercent } from './percent.ts'

/** A published rate; the same shape as `catalog/rates/rates.schema.json`. */
export interface RateSeries {
  readonly id: string
  readonly title: string
  readonly sources: readonly Source[]
  /** Ascending by `from`. */
  readonly values: readonly RateValue[]
}

/** The rate of the half-year that begins on `from`: 1 January or 1 July. */
export interface RateValue {
  readonly from: Day
  readonly percent: string
  /** Id of the source. */
  readonly source: string
}

/** A rate in force. */
export interface Rate {
  readonly percent: Percent
  readonly level: EvidenceLevel
  readonly source: Source | undefined
}

/** Why a value was not added. */
export interface RateRefusal {
  readonly code: 'rate-from' | 'rate-percent' | 'rate-overlap' | 'rate-source'
}

/** Returns the first day of the half-year of a day. */
export function halfYearStart(day: Day): Day {
  return `${day.slice(0, 4)}-${day.slice(5, 7) < '07' ? '01' : '07'}-01`
}

/** Returns the first day of the half-year after that of a day. */
export function nextHalfYear(day: Day): Day {
  return addMonthsAnchored(halfYearStart(day), 6)
}

/** Names the half-year of a day, such as `2026-H1`. */
export function halfYearName(day: Day): string {
  return `${day.slice(0, 4)}-H${day.slice(5, 7) < '07' ? 1 : 2}`
}

/** Returns the rate of the half-year of a day, or null where the series states none. */
export function rateOn(series: RateSeries, day: Day): Rate | null {
  const from = halfYearStart(day)
  const value = series.values.find((it) => it.from === from)
  if (value === undefined) return null
  const source = series.sources.find(({ id }) => id === value.source)
  return { percent: parsePercent(value.percent), level: source?.level ?? 'unverified', source }
}

/**
 * Adds the value of one more half-year, in its place.
 *
 * `source` is the id of one that the series has, or a whole new one. Refuses `rate-from` (not
 * 1 January or 1 July of a real year), `rate-percent`, `rate-overlap` (that half-year has a value) and
 * `rate-source` (an id that is not there, or a new source under an id that is).
 */
export function addRate(
  series: RateSeries,
  { from, percent, source }: { from: string; percent: string; source: string | Source },
): Result<RateSeries, RateRefusal> {
  if (!parseDay(from).ok || halfYearStart(from) !== from) return err({ code: 'rate-from' })
  if (!isPercent(percent)) return err({ code: 'rate-percent' })
  if (series.values.some((value) => value.from === from)) return err({ code: 'rate-overlap' })
  const isNew = typeof source !== 'string'
  const id = isNew ? source.id : source
  if (series.sources.some((known) => known.id === id) === isNew) return err({ code: 'rate-source' })
  const values = [...series.values, { from, percent, source: id }]
  values.sort((a, b) => (a.from < b.from ? -1 : 1))
  return ok({ ...series, sources: isNew ? [...series.sources, source] : series.sources, values })
}

/** Writes a rate file: every source over several lines, every value on one. */
export function formatRateSeries({ id, title, sources, values }: RateSeries): string {
  const sourceTexts = sources.map((source) => indent(JSON.stringify(source, null, 2)))
  const valueTexts = values.map(({ from, percent, source }) => {
    const members = [`"from": "${from}"`, `"percent": "${percent}"`, `"source": "${source}"`]
    return `    { ${members.join(', ')} }`
  })
  return `{
  "$schema": "./rates.schema.json",
  "id": ${JSON.stringify(id)},
  "title": ${JSON.stringify(title)},
  "sources": [
${sourceTexts.join(',\n')}
  ],
  "values": [
${valueTexts.join(',\n')}
  ]
}
`
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '    ')
}
