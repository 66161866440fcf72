// The law of the catalog folder that a command names.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { SHIPPED_CATALOG } from '../../catalog-json.ts'
import { type LawCatalog, loadLaw } from '../../law-files.ts'
import { CliError } from '../cli-error.ts'

/** Returns the folder, which need not exist. */
export function catalogFolder(directory: string | undefined): URL {
  return directory === undefined ? SHIPPED_CATALOG : pathToFileURL(`${resolve(directory)}/`)
}

/** Loads the law. @throws {CliError} that lists every fault of the folder. */
export function openLaw(directory: string | undefined): LawCatalog {
  try {
    return loadLaw(catalogFolder(directory))
  } catch (error) {
    throw new CliError(error instanceof Error ? error.message : String(error), { cause: error })
  }
}
