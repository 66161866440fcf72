// `parley compliance list`: the profiles and rate series, with how far each reaches.
import { halfYearName } from '../../domain/compliance/rate-series.ts'
import { openLaw } from './open-law.ts'

/** Returns what is to be printed. */
export function runList({ catalog, json }: { catalog?: string; json?: true }): string {
  const law = openLaw(catalog)
  const profiles = [...law.profiles.values()].map(({ id, title, currency, versions }) => {
    const last = versions.at(-1)
    return { id, title, currency, version: last?.version, validFrom: last?.validFrom }
  })
  const series = [...law.series.values()].map(({ id, title, values, sources }) => {
    const last = values.at(-1)
    const level = sources.find((source) => source.id === last?.source)?.level
    const until = last === undefined ? '' : halfYearName(last.from)
    return { id, title, until, percent: last?.percent, level }
  })
  if (json === true) return `${JSON.stringify({ profiles, series })}\n`
  return [
    'Profiles',
    ...profiles.map(({ id, currency, validFrom, title }) => {
      return `  ${id.padEnd(8)} ${currency}  since ${validFrom}  ${title}`
    }),
    'Rates, with the last half-year that is known',
    ...series.map(({ id, until, percent, level, title }) => {
      const note = level === 'unverified' ? ' (unverified: never charged)' : ''
      return `  ${id.padEnd(14)} ${until}  ${`${percent} %`.padStart(7)}  ${title}${note}`
    }),
    '',
  ].join('\n')
}
