// Reads the retention schedules of the catalog folder.

import { loadKind, refuseFaults, SHIPPED_CATALOG } from './catalog-json.ts'
import {
  findRetentionFaults,
  type RetentionBook,
  type RetentionRules,
} from './domain/privacy/retention.ts'

/** Loads `retention/`. @throws {Error} that lists every fault. */
export function loadRetention(directory: URL = SHIPPED_CATALOG): RetentionBook {
  const faults: string[] = []
  const rules = loadKind<RetentionRules>(
    {
      folder: new URL('retention/', directory),
      schema: 'retention.schema.json',
      findFaults: findRetentionFaults,
    },
    faults,
  )
  const fallback = rules.get('default')
  if (fallback === undefined) faults.push('retention/default.json: is missing')
  refuseFaults(faults)
  return { of: (country) => rules.get(country.toLowerCase()) ?? (fallback as RetentionRules) }
}
