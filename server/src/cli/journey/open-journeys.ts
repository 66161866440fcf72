// The journeys of the catalog folder that a command names, or one from a file of its own.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { loadCarriers } from '../../catalog-files.ts'
import { loadFile } from '../../catalog-json.ts'
import type { ChannelMatrix } from '../../domain/channels/channel-matrix.ts'
import { findJourneyFaults } from '../../domain/dunning/check-journey.ts'
import type { JourneyDefinition } from '../../domain/dunning/journey-definition.ts'
import { type JourneyCatalog, loadJourneys } from '../../journey-files.ts'
import { CliError, EXIT } from '../cli-error.ts'
import { catalogFolder } from '../compliance/open-law.ts'

/** Loads the journeys. @throws {CliError} that lists every fault of the folder. */
export function openJourneys(directory: string | undefined): JourneyCatalog {
  try {
    return loadJourneys(catalogFolder(directory))
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

/** Loads what carriers take. @throws {CliError} that lists every fault of the file. */
export function openCarriers(directory: string | undefined): ChannelMatrix {
  try {
    return loadCarriers(catalogFolder(directory))
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}

/** Returns a journey of the catalog, or that of a file. @throws {CliError} with every fault of it. */
export function openJourney(name: string, directory: string | undefined): JourneyDefinition {
  if (!name.endsWith('.json')) {
    const found = openJourneys(directory).definitions.get(name)
    if (found === undefined) throw new CliError(`there is no journey "${name}"; see list.`)
    return found
  }
  const schema = new URL('journeys/journey.schema.json', catalogFolder(directory))
  const faults: string[] = []
  const file = pathToFileURL(resolve(name))
  const journey = loadFile<JourneyDefinition>(
    { file, schema, findFaults: findJourneyFaults },
    faults,
  )
  if (journey !== undefined) return journey
  const lines = faults.join('\n')
  throw new CliError(`The journey has ${faults.length} fault(s):\n${lines}`, {
    exitCode: EXIT.refused,
  })
}
