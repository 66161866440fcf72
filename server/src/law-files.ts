// Reads the law of the catalog folder: compliance profiles, reference rates and public holidays.
// Everything is checked, and every fault is reported at once.

import { loadKind, refuseFaults, SHIPPED_CATALOG } from './catalog-json.ts'
import {
  findCalendarFaults,
  findProfileFaults,
  findRateFaults,
} from './domain/compliance/check-profile.ts'
import { type HolidayCalendar, holidaysOf } from './domain/compliance/holidays.ts'
import type { Law } from './domain/compliance/law-in-force.ts'
import type { ComplianceProfile } from './domain/compliance/profile.ts'
import type { RateSeries } from './domain/compliance/rate-series.ts'

/** Everything that the catalog states about the law, by id. */
export interface LawCatalog {
  readonly profiles: ReadonlyMap<string, ComplianceProfile>
  readonly series: ReadonlyMap<string, RateSeries>
  readonly calendars: ReadonlyMap<string, HolidayCalendar>
}

/**
 * Loads and checks the folders `rates`, `holidays` and `compliance` of a catalog.
 *
 * @throws {Error} whose message lists every fault, one a line, each with its file.
 */
export function loadLaw(directory: URL = SHIPPED_CATALOG): LawCatalog {
  const faults: string[] = []
  const series = loadKind<RateSeries>(
    {
      folder: new URL('rates/', directory),
      schema: 'rates.schema.json',
      findFaults: findRateFaults,
    },
    faults,
  )
  const calendars = loadKind<HolidayCalendar>(
    {
      folder: new URL('holidays/', directory),
      schema: 'holidays.schema.json',
      findFaults: findCalendarFaults,
    },
    faults,
  )
  const known = { series: new Set(series.keys()), calendars: new Set(calendars.keys()) }
  const profiles = loadKind<ComplianceProfile>(
    {
      folder: new URL('compliance/', directory),
      schema: 'compliance.schema.json',
      findFaults: (profile) => findProfileFaults(profile, known),
    },
    faults,
  )
  refuseFaults(faults)
  return { profiles, series, calendars }
}

/**
 * Returns a profile with its rates and holidays; undefined where there is none of that id. Without a
 * region every day counts as a holiday that is one anywhere in the country.
 */
export function lawOf(
  { profiles, series, calendars }: LawCatalog,
  id: string,
  region: string | null = null,
): Law | undefined {
  const profile = profiles.get(id)
  const calendar = profile && calendars.get(profile.calendar)
  if (profile === undefined || calendar === undefined) return undefined
  return { profile, series, holidays: holidaysOf(calendar, region) }
}

/** Finds the law for debtors of a country and kind; undefined where nobody has written it down. */
export function lawByCountry(
  catalog: LawCatalog,
): (country: string, party: ComplianceProfile['party']) => Law | undefined {
  const laws = new Map<string, Law>()
  for (const { id, country, party } of catalog.profiles.values()) {
    const law = lawOf(catalog, id)
    if (law !== undefined) laws.set(`${country} ${party}`, law)
  }
  return (country, party) => laws.get(`${country} ${party}`)
}
