// Reads the journeys of the catalog folder, and says which of them this server can run. Everything is
// checked, and every fault is reported at once.

import { loadKind, refuseFaults, SHIPPED_CATALOG } from './catalog-json.ts'
import { findFollowFaults } from './domain/dunning/check-follows.ts'
import { findJourneyFaults } from './domain/dunning/check-journey.ts'
import type { JourneyDefinition } from './domain/dunning/journey-definition.ts'
import { missingFor, type Requirement } from './domain/dunning/runnable-journey.ts'

/** All journeys by id, and what this server can make of them. */
export interface JourneyCatalog {
  readonly definitions: ReadonlyMap<string, JourneyDefinition>
  /** Those that the scheduler runs. */
  readonly journeys: ReadonlyMap<string, JourneyDefinition>
  /** The others, each with all that this server lacks for it. */
  readonly unsupportedJourneys: ReadonlyMap<string, readonly Requirement[]>
}

/** Loads and checks the folder `journeys` of a catalog. @throws {Error} that lists every fault. */
export function loadJourneys(directory: URL = SHIPPED_CATALOG): JourneyCatalog {
  const faults: string[] = []
  const catalog = readJourneys(directory, faults)
  refuseFaults(faults)
  return catalog
}

/** Reads the folder; what is wrong is added to `faults`, one line each with its file. */
export function readJourneys(directory: URL, faults: string[]): JourneyCatalog {
  const folder = new URL('journeys/', directory)
  const before = faults.length
  const definitions = loadKind<JourneyDefinition>(
    { folder, schema: 'journey.schema.json', findFaults: findJourneyFaults },
    faults,
  )
  // A journey that failed to load would be missed by every other that leads to it.
  if (faults.length === before) faults.push(...findFollowFaults(definitions))
  const journeys = new Map<string, JourneyDefinition>()
  const unsupportedJourneys = new Map<string, readonly Requirement[]>()
  for (const [id, definition] of definitions) {
    const missing = missingFor(definition)
    if (missing.length === 0) journeys.set(id, definition)
    else unsupportedJourneys.set(id, missing)
  }
  return { definitions, journeys, unsupportedJourneys }
}
