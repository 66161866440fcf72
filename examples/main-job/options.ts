// The options of the run.
import { parseArgs } from 'node:util'

/** What the command line says. */
export interface RunOptions {
  readonly invoices: string | undefined
  readonly json: string | undefined
  readonly keep: boolean
  readonly seed: number
  /** Header by field. */
  readonly map: ReadonlyMap<string, string>
}

/** How to use the run. */
export const USAGE = `npm run demo -- [options]

  --invoices FILE.csv    other invoices than the story's; customers behave by chance
  --seed N               another chance (1)
  --map "Column=field"   take a field from a column; may be repeated. Fields: invoiceNumber,
                         customerId, customerName, email, language, currency, amount,
                         issueDate, dueDate
  --json OUT.json        write the totals as JSON
  --keep                 leave everything running at the end, until Ctrl-C
`

/** Reads the command line. @throws {Error} for what it does not understand. */
export function readOptions(parameters: readonly string[]): RunOptions {
  const { values } = parseArgs({
    args: [...parameters],
    options: {
      invoices: { type: 'string' },
      json: { type: 'string' },
      keep: { type: 'boolean', default: false },
      seed: { type: 'string', default: '1' },
      map: { type: 'string', multiple: true, default: [] },
    },
  })
  const seed = Number(values.seed)
  if (!Number.isSafeInteger(seed)) throw new Error('--seed takes a whole number')
  const map = new Map(values.map.map(readChoice))
  return { invoices: values.invoices, json: values.json, keep: values.keep, seed, map }
}

function readChoice(text: string): [string, string] {
  const cut = text.lastIndexOf('=')
  if (cut <= 0) throw new Error('--map takes "Your header=field"')
  return [text.slice(0, cut), text.slice(cut + 1)]
}
