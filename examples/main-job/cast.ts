// Who plays, in what bills, and for how long: the story, or any file of invoices by chance.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { addDays, type Day } from '@parley/sdk/protocol'
import type { Customer } from './customers.ts'
import type { Invoice } from './invoices.ts'
import type { RunOptions } from './options.ts'
import { randomCustomers } from './random-customers.ts'
import { type RefusedRow, readInvoices } from './read-invoices.ts'
import { CHARACTERS, type Expectation, STORY_DAYS } from './story.ts'

/** Everything that a run is given. */
export interface Cast {
  readonly title: string
  readonly customers: readonly Customer[]
  readonly invoices: readonly Invoice[]
  readonly refusedRows: readonly RefusedRow[]
  readonly firstDay: Day
  /** The run ends here at the latest. */
  readonly lastDay: Day
  /** What must come of a customer's claims; undefined when nothing is foretold. */
  readonly expectationOf: ((customerId: string) => Expectation | undefined) | undefined
}

/** Long enough for the longest plan and every reminder after the last due date. */
const DAYS_AFTER_LAST_DUE = 240

/** Reads the cast of a run. @throws {Error} for a file that cannot be read. */
export function readCast(options: RunOptions): Cast {
  return options.invoices === undefined
    ? readStory()
    : readChance({ ...options, invoices: options.invoices })
}

function readStory(): Cast {
  const file = readFileSync(join(import.meta.dirname, 'invoices.csv'), 'utf8')
  const { invoices, refused } = readInvoices(file)
  const firstDay = firstOf(invoices)
  const byId = new Map(CHARACTERS.map(({ id, expects }) => [id, expects]))
  return {
    title: `${invoices.length} invoices, ${CHARACTERS.length} customers, ${STORY_DAYS} days`,
    customers: CHARACTERS,
    invoices,
    refusedRows: refused,
    firstDay,
    lastDay: addDays(firstDay, STORY_DAYS),
    expectationOf: (customerId) => byId.get(customerId),
  }
}

function readChance({
  invoices: path,
  map,
  seed,
}: RunOptions & { readonly invoices: string }): Cast {
  const { invoices, refused } = readInvoices(readFileSync(path, 'utf8'), { map })
  const customers = randomCustomers(invoices, seed)
  const lastDue = invoices.reduce((last, { dueDate }) => (dueDate > last ? dueDate : last), '')
  return {
    title: `${invoices.length} invoices, ${customers.length} customers, seed ${seed}`,
    customers,
    invoices,
    refusedRows: refused,
    firstDay: firstOf(invoices),
    lastDay: addDays(lastDue, DAYS_AFTER_LAST_DUE),
    expectationOf: undefined,
  }
}

function firstOf(invoices: readonly Invoice[]): Day {
  const [first, ...others] = invoices.map(({ issueDate }) => issueDate)
  if (first === undefined) throw new Error('The file holds no invoice that can be read.')
  return others.reduce((earliest, day) => (day < earliest ? day : earliest), first)
}
