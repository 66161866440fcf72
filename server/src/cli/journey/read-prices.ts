// The prices that `--costs` names: those of the catalog, or a file of the same form.
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { loadFile } from '../../catalog-json.ts'
import { findPriceFaults, type PriceList } from '../../domain/dunning/step-costs.ts'
import { CliError, EXIT } from '../cli-error.ts'
import { catalogFolder } from '../compliance/open-law.ts'

/** Reads prices; null without the option. @throws {CliError} that lists every fault of the file. */
export function readPrices(
  name: string | undefined,
  directory: string | undefined,
): PriceList | null {
  if (name === undefined) return null
  const folder = catalogFolder(directory)
  const schema = new URL('costs.schema.json', folder)
  const file = name === 'defaults' ? new URL('costs.json', folder) : pathToFileURL(resolve(name))
  const faults: string[] = []
  const prices = loadFile<PriceList>({ file, schema, findFaults: findPriceFaults }, faults)
  if (prices !== undefined) return prices
  const lines = faults.join('\n')
  throw new CliError(`The costs have ${faults.length} fault(s):\n${lines}`, {
    exitCode: EXIT.refused,
  })
}
