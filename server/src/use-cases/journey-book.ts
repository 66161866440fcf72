// The journeys that cases are on: the versions of the catalog, and older ones from the store. Whether
// the law of a debtor allows a journey is judged once for each pair.
import type { ChannelMatrix } from '../domain/channels/channel-matrix.ts'
import type { ProfileVersion } from '../domain/compliance/profile.ts'
import { compileJourney } from '../domain/dunning/compile-journey.ts'
import type { JourneyDefinition } from '../domain/dunning/journey-definition.ts'
import type { Database } from '../storage/database.ts'
import { findJourneyVersion, rememberJourneys } from '../storage/journey-versions.ts'
import type { JourneyBook } from './deps.ts'

/**
 * Opens the book and remembers the journeys of the catalog.
 *
 * @throws {Error} when the content of a version that was used before has changed.
 */
export async function openJourneyBook(
  db: Database,
  current: ReadonlyMap<string, JourneyDefinition>,
  carriers: ChannelMatrix,
): Promise<JourneyBook> {
  const changed = await rememberJourneys(db, [...current.values()])
  if (changed.length > 0) {
    const names = changed.map(({ id, version }) => `${id} version ${version}`).join(', ')
    throw new Error(`the journey ${names} was changed since it was used: raise its version`)
  }
  return createJourneyBook(db, current, carriers)
}

/** A book over journeys that are remembered already. */
export function createJourneyBook(
  db: Database,
  current: ReadonlyMap<string, JourneyDefinition>,
  carriers?: ChannelMatrix,
): JourneyBook {
  const older = new Map<string, JourneyDefinition>()
  const allowed = new WeakMap<JourneyDefinition, Map<ProfileVersion, boolean>>()
  return {
    async versionOf(id, version) {
      const own = current.get(id)
      if (own?.version === version) return own
      const key = `${id} ${version}`
      const known = older.get(key) ?? (await findJourneyVersion(db, id, version))
      if (known !== undefined) older.set(key, known)
      return known
    },
    isLawful(journey, law) {
      const known = allowed.get(journey) ?? new Map<ProfileVersion, boolean>()
      allowed.set(journey, known)
      const before = known.get(law.version)
      if (before !== undefined) return before
      const isLawful = compileJourney({
        journey,
        law,
        ...(carriers === undefined ? {} : { carriers }),
      }).ok
      known.set(law.version, isLawful)
      return isLawful
    },
  }
}
