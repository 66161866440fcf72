// The law as it stands for one claim: the version of the profile that governs it, with the rates and
// holidays that the profile refers to.

import { addDays, type Day, err, ok, type Result } from '@parley/sdk/protocol'
import type { Holidays } from './holidays.ts'
import type { ComplianceProfile, ProfileVersion } from './profile.ts'
import type { RateSeries } from './rate-series.ts'

/** A profile with all that it refers to. */
export interface Law {
  readonly profile: ComplianceProfile
  readonly series: ReadonlyMap<string, RateSeries>
  /** Those of the debtor's region, or of all regions where it is not known. */
  readonly holidays: Holidays
}

export interface LawInForce extends Law {
  readonly version: ProfileVersion
}

/**
 * Picks the version in force on the day after the due day, when the debtor first is late; a later
 * change of the law does not reach back. Refuses `no-version` for a day before the first one.
 */
export function lawInForce(law: Law, dueDay: Day): Result<LawInForce, { code: 'no-version' }> {
  const version = versionOn(law.profile, addDays(dueDay, 1))
  return version === undefined ? err({ code: 'no-version' }) : ok({ ...law, version })
}

/** Returns the version that holds on a day. */
export function versionOn({ versions }: ComplianceProfile, day: Day): ProfileVersion | undefined {
  return versions.find(({ validFrom, validTo }) => {
    return validFrom <= day && (validTo === null || day <= validTo)
  })
}
