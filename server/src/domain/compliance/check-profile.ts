// What the JSON Schemas of the law cannot say. Run on every file before any claim meets it.

import { addDays, isTimeZone, minorUnits, parseAmountOrZero, parseDay } from '@parley/sdk/protocol'
import type { Source, Sourced } from './evidence.ts'
import { minorOf } from './fee-scale.ts'
import type { HolidayCalendar } from './holidays.ts'
import { isPercent } from './percent.ts'
import type { ComplianceProfile, FeeRule, ProfileVersion } from './profile.ts'
import { halfYearStart, type RateSeries } from './rate-series.ts'

/** What a profile may refer to. */
export interface KnownLaw {
  readonly series: ReadonlySet<string>
  readonly calendars: ReadonlySet<string>
}

/**
 * Lists the faults of a profile that has passed its schema: versions with a gap or an overlap, a
 * source, rate series, calendar, zone or currency that is not there, an amount or percentage that
 * cannot be read, bands out of order, a rule used twice, a free notice that is referred to and missing.
 */
export function findProfileFaults(profile: ComplianceProfile, known: KnownLaw): string[] {
  const faults = [...faultsOfSources(profile.sources), ...faultsOfDates(profile.versions)]
  if (minorUnits(profile.currency) === undefined)
    faults.push(`unknown currency ${profile.currency}`)
  if (!known.calendars.has(profile.calendar)) faults.push(`unknown calendar "${profile.calendar}"`)
  const zones = profile.zones.filter((zone) => !isTimeZone(zone))
  faults.push(...zones.map((zone) => `unknown time zone "${zone}"`))
  for (const version of profile.versions) {
    const found = faultsOfVersion(profile, version, known)
    faults.push(...found.map((fault) => `version ${version.version}: ${fault}`))
  }
  return faults
}

/** Lists the faults of a rate file: values that are no half-years, out of order or without source. */
export function findRateFaults({ sources, values }: RateSeries): string[] {
  const faults = faultsOfSources(sources)
  values.forEach(({ from, percent, source }, index) => {
    const before = values[index - 1]?.from ?? ''
    if (!parseDay(from).ok || halfYearStart(from) !== from)
      faults.push(`${from}: no half-year begins`)
    if (from <= before) faults.push(`${from}: overlaps the value before it`)
    if (!isPercent(percent)) faults.push(`${from}: "${percent}" is no percentage`)
    if (sources.every(({ id }) => id !== source)) faults.push(`${from}: unknown source "${source}"`)
  })
  return faults
}

/** Lists the faults of a calendar: a day that does not exist, a region that it does not list. */
export function findCalendarFaults({ sources, regions, days }: HolidayCalendar): string[] {
  const faults = faultsOfSources(sources)
  for (const { name, when, regions: own = [] } of days) {
    const unknown = own.filter((region) => !regions.includes(region))
    faults.push(...unknown.map((region) => `"${name}": unknown region "${region}"`))
    // A leap year has every day of the year that a rule may name.
    const fixed = 'fixed' in when ? when.fixed : 'onOrAfter' in when ? when.onOrAfter : null
    const named = 'on' in when ? when.on : fixed === null ? [] : [`2024-${fixed}`]
    const unreal = named.filter((day) => !parseDay(day).ok)
    faults.push(...unreal.map((day) => `"${name}": ${day} does not exist`))
  }
  return faults
}

function faultsOfSources(sources: readonly Source[]): string[] {
  const ids = sources.map(({ id }) => id)
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index)
  const unread = sources.filter(({ readOn }) => !parseDay(readOn).ok)
  return [
    ...twice.map((id) => `source "${id}" stands twice`),
    ...unread.map(({ id, readOn }) => `source "${id}": ${readOn} does not exist`),
  ]
}

function faultsOfDates(versions: readonly ProfileVersion[]): string[] {
  return versions.flatMap((version, index) => {
    const { validFrom, validTo } = version
    const name = `version ${version.version}`
    const next = versions[index + 1]
    const days = [validFrom, ...(validTo === null ? [] : [validTo])]
    if (days.some((day) => !parseDay(day).ok)) return [`${name}: a day that does not exist`]
    if (next === undefined) return validTo === null ? [] : [`${name}: the last one must be open`]
    if (validTo === null) return [`${name}: overlaps the next one`]
    if (validTo < validFrom) return [`${name}: ends before it begins`]
    const follows = addDays(validTo, 1)
    if (next.validFrom < follows) return [`${name}: overlaps the next one`]
    return next.validFrom > follows ? [`${name}: leaves a gap before the next one`] : []
  })
}

function faultsOfVersion(
  profile: ComplianceProfile,
  version: ProfileVersion,
  known: KnownLaw,
): string[] {
  const { interest, fees, freeNotice } = version
  const faults = unknownSources(profile, version)
  if (interest !== null && !known.series.has(interest.series)) {
    faults.push(`unknown rate series "${interest.series}"`)
  }
  if (interest !== null && !isPercent(interest.marginPp)) {
    faults.push(`margin "${interest.marginPp}" is no percentage`)
  }
  const starts = [interest, ...fees].map((rule) => rule?.startsFrom)
  if (freeNotice === null && starts.includes('free-notice-term')) {
    faults.push('something waits for a free notice, and there is none')
  }
  const rules = [...(interest === null ? [] : [interest.rule]), ...fees.map(({ rule }) => rule)]
  const twice = rules.filter((rule, index) => rules.indexOf(rule) !== index)
  faults.push(...twice.map((rule) => `rule "${rule}" stands twice`))
  return [...faults, ...fees.flatMap((fee) => faultsOfFee(profile, fee))]
}

function unknownSources({ sources }: ComplianceProfile, version: ProfileVersion): string[] {
  const { interest, allocation, freeNotice, fees, delivery, notices, mentions, contact } = version
  const { caps, channels, stops, retention } = version
  const rules: (Sourced | null)[] = [interest, allocation, freeNotice, notices, contact]
  const all = [
    ...rules,
    ...fees,
    ...delivery,
    ...mentions,
    ...caps,
    ...channels,
    ...stops,
    ...retention,
  ]
  const named = new Set(all.flatMap((rule) => rule?.sources ?? []))
  const unknown = [...named].filter((id) => sources.every((source) => source.id !== id))
  return unknown.map((id) => `unknown source "${id}"`)
}

function faultsOfFee({ currency }: ComplianceProfile, fee: FeeRule): string[] {
  const { rule, bands, min, max } = fee
  const amounts = [...bands.flatMap(({ from, flat, over }) => [from, flat, over]), min, max]
  const unread = amounts.filter((value) => {
    return value !== null && !parseAmountOrZero({ value, currency }).ok
  })
  if (unread.length > 0) return [`rule "${rule}": "${unread[0]}" is no amount of ${currency}`]
  const faults: string[] = []
  const froms = bands.map(({ from }) => minorOf(from, currency))
  if (froms[0] !== 0n) faults.push('the first band does not begin at zero')
  if (froms.some((from, index) => index > 0 && from <= (froms[index - 1] ?? 0n))) {
    faults.push('the bands are out of order')
  }
  if (bands.some(({ percent }) => !isPercent(percent) || percent.startsWith('-'))) {
    faults.push('a percentage that cannot be charged')
  }
  if (bands.some(({ from, over }) => minorOf(over, currency) > minorOf(from, currency))) {
    faults.push('a band that counts above its own beginning')
  }
  if ((fee.kind === 'per-notice') !== (fee.perNotice !== undefined)) {
    faults.push('"perNotice" belongs to the kind "per-notice"')
  }
  return faults.map((fault) => `rule "${rule}": ${fault}`)
}
