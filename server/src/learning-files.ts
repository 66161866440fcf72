// Reads the prior of the catalog folder: what is believed about customers before a creditor's own bills.

import { loadFile, refuseFaults, SHIPPED_CATALOG } from './catalog-json.ts'
import { findModelFaults, type LearningModel } from './domain/learning/learning-model.ts'

/** Loads `learning/prior.json`. @throws {Error} that lists every fault. */
export function loadPrior(directory: URL = SHIPPED_CATALOG): LearningModel {
  const folder = new URL('learning/', directory)
  const faults: string[] = []
  const prior = loadFile<LearningModel>(
    {
      file: new URL('prior.json', folder),
      schema: new URL('learning-model.schema.json', folder),
      findFaults: findModelFaults,
    },
    faults,
  )
  refuseFaults(faults)
  return prior as LearningModel
}
