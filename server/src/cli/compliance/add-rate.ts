// `parley compliance add-rate`: one more half-year in a rate file, in the form of the file.
import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseDay } from '@parley/sdk/protocol'
import type { Source } from '../../domain/compliance/evidence.ts'
import {
  addRate,
  formatRateSeries,
  halfYearName,
  type RateRefusal,
  type RateSeries,
} from '../../domain/compliance/rate-series.ts'
import { CliError, EXIT } from '../cli-error.ts'
import { catalogFolder, openLaw } from './open-law.ts'

export interface AddRateInput {
  readonly series: string
  readonly from: string
  readonly percent: string
  readonly source: string
  readonly unverified?: true
  readonly readOn?: string
  readonly catalog?: string
}

const REASONS: Readonly<Record<RateRefusal['code'], string>> = {
  'rate-from': 'a half-year begins on 1 January or 1 July, as YYYY-01-01 or YYYY-07-01',
  'rate-percent': 'the rate must be a number with at most four decimals, such as 2.65',
  'rate-overlap': 'that half-year has a rate; correct the file by hand if it is wrong',
  'rate-source': 'the file has a source of that name',
}

/** Writes the file and returns what is to be printed. @throws {CliError} when nothing was written. */
export function runAddRate(input: AddRateInput): string {
  const series = openLaw(input.catalog).series.get(input.series)
  if (series === undefined) throw refused(`there is no series "${input.series}"; see list`)
  const file = new URL(`rates/${series.id}.json`, catalogFolder(input.catalog))
  if (readFileSync(file, 'utf8') !== formatRateSeries(series)) {
    throw refused(`${fileURLToPath(file)} is not written as this command would write it`)
  }
  const added = addRate(series, { ...input, source: sourceOf(series, input) })
  if (!added.ok) throw refused(REASONS[added.error.code])
  replaceFile(file, formatRateSeries(added.value))
  const note = input.unverified === true ? ', unverified: it is shown and never charged' : ''
  return `${series.id} is ${input.percent} % in ${halfYearName(input.from)}${note}.\n`
}

/** A known source by its id; otherwise a new one, named after the half-year. */
function sourceOf(series: RateSeries, { source, from, unverified, readOn }: AddRateInput) {
  const known = series.sources.find(({ id }) => id === source)
  if (known !== undefined) {
    if (unverified === true) throw refused(`the source "${source}" has a level of its own`)
    return known.id
  }
  if (readOn !== undefined && !parseDay(readOn).ok) throw refused('--read-on must be a day')
  const text = source.trim()
  if (text === '') throw refused('--source must say where the rate was read')
  const added: Source = {
    id: `added-${from}`,
    title: `${series.title}: ${halfYearName(from)}`,
    ...(URL.parse(text)?.protocol === 'https:' ? { url: text } : { citation: text }),
    readOn: readOn ?? new Date().toISOString().slice(0, 10),
    level: unverified === true ? 'unverified' : 'law',
  }
  return added
}

/** In one step, so that no reader ever sees half a file. */
function replaceFile(file: URL, content: string): void {
  const next = new URL(`${file.href}.next`)
  writeFileSync(next, content)
  renameSync(next, file)
}

function refused(reason: string): CliError {
  return new CliError(`Nothing was written: ${reason}.`, { exitCode: EXIT.refused })
}
