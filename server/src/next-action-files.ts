// Reads what the next best action goes by: the segments of customers, what an action is worth, and what
// channels cost.
import { loadFile, refuseFaults, SHIPPED_CATALOG } from './catalog-json.ts'
import { findPriceFaults, type PriceList, pricesOf } from './domain/dunning/step-costs.ts'
import { type ActionValues, findValueFaults } from './domain/next-action/action-values.ts'
import type { ActionCatalog } from './domain/next-action/choose-action.ts'
import { findSegmentFaults, type SegmentScheme } from './domain/next-action/segments.ts'

/** Loads `segments/standard.json`, `next-action/values.json` and `costs.json`. @throws {Error} that lists every fault. */
export function loadNextAction(directory: URL = SHIPPED_CATALOG): ActionCatalog {
  const faults: string[] = []
  const segments = loadFile<SegmentScheme>(
    {
      file: new URL('segments/standard.json', directory),
      schema: new URL('segments/segments.schema.json', directory),
      findFaults: findSegmentFaults,
    },
    faults,
  )
  const prices = loadFile<PriceList>(
    {
      file: new URL('costs.json', directory),
      schema: new URL('costs.schema.json', directory),
      findFaults: findPriceFaults,
    },
    faults,
  )
  const values = loadFile<Omit<ActionValues, 'costs'>>(
    {
      file: new URL('next-action/values.json', directory),
      schema: new URL('next-action/values.schema.json', directory),
      findFaults: (stated) => (prices === undefined ? [] : findValueFaults(stated, prices)),
    },
    faults,
  )
  refuseFaults(faults)
  const costs = pricesOf(prices as PriceList)
  return {
    segments: segments as SegmentScheme,
    values: { ...(values as ActionValues), costs },
  }
}
