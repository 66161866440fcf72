// The profiles of a catalog folder, with the faults of a broken one told to the operator.
import { pathToFileURL } from 'node:url'
import type { CsvProfile } from '../../domain/statement/csv-profile.ts'
import { loadStatementProfiles } from '../../statement-profile-files.ts'
import { CliError } from '../cli-error.ts'

/** @throws {CliError} that lists every fault of the folder. */
export function openProfiles(catalog: string | undefined): ReadonlyMap<string, CsvProfile> {
  try {
    return loadStatementProfiles(catalog === undefined ? undefined : pathToFileURL(`${catalog}/`))
  } catch (error) {
    if (!(error instanceof Error)) throw error
    throw new CliError(error.message, { cause: error })
  }
}

/** @throws {CliError} that names the profiles there are. */
export function namedProfile(profiles: ReadonlyMap<string, CsvProfile>, id: string): CsvProfile {
  const profile = profiles.get(id)
  if (profile !== undefined) return profile
  throw new CliError(`There is no profile "${id}". There are: ${[...profiles.keys()].join(', ')}.`)
}
