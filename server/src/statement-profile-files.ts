// Reads how banks write their CSV from the catalog folder. Everything is checked, and every fault is
// reported at once.
import { loadKind, refuseFaults, SHIPPED_CATALOG } from './catalog-json.ts'
import { type CsvProfile, findProfileFaults } from './domain/statement/csv-profile.ts'

/**
 * Loads the folder `statement-profiles` of a catalog, by id.
 *
 * @throws {Error} whose message lists every fault, one a line, each with its file.
 */
export function loadStatementProfiles(
  directory: URL = SHIPPED_CATALOG,
): ReadonlyMap<string, CsvProfile> {
  const faults: string[] = []
  const folder = new URL('statement-profiles/', directory)
  const profiles = loadKind<CsvProfile>(
    { folder, schema: 'profile.schema.json', findFaults: findProfileFaults },
    faults,
  )
  refuseFaults(faults)
  return profiles
}
