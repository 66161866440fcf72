// What was imported around a file: statements missing between, and days that another format told of.
import { addDays } from '@parley/sdk/protocol'
import { gapProblems } from '../domain/statement/statement-problems.ts'
import type { StatementPlace } from '../domain/statement/statement-sequence.ts'
import type { StatementProblem, StatementSummary } from '../domain/statement/statement-types.ts'
import { statementPlaces } from '../storage/bank-statements.ts'
import { daysOfOtherFormats } from '../storage/bank-transactions.ts'
import type { StatementFormat } from '../storage/column-types.ts'
import type { Deps } from './deps.ts'

/** A year and some weeks: sequences that begin anew each year are still followed. */
const AROUND = 400

/** Statements and pages that are missing beside those of the file, with all that was imported. */
export async function missingAround(
  { db }: Pick<Deps, 'db'>,
  creditorId: string,
  places: readonly StatementPlace[],
): Promise<StatementProblem[]> {
  const days = places.flatMap(({ day }) => (day === '' ? [] : [day])).toSorted()
  const [first, last] = [days[0], days.at(-1)]
  const known =
    first === undefined || last === undefined
      ? []
      : await statementPlaces(db, {
          creditorId,
          accounts: [...new Set(places.map(({ account }) => account))],
          from: addDays(first, -AROUND),
          to: addDays(last, AROUND),
        })
  return gapProblems(places, known)
}

/** Statements whose days another format has told of: references alone show what is the same. */
export async function overlapProblems(
  { db }: Pick<Deps, 'db'>,
  creditorId: string,
  statements: readonly { statement: StatementSummary; account: string }[],
): Promise<StatementProblem[]> {
  const told = statements.flatMap(({ statement, account }) => {
    const { from, to } = statement.totals
    return from === undefined || to === undefined
      ? []
      : [{ statement, account, format: formatOf(statement), from, to }]
  })
  const overlapping = await daysOfOtherFormats(db, creditorId, told)
  return told
    .filter((_, place) => overlapping.has(place))
    .map(({ statement: { line, statementId } }) => ({
      code: 'format-overlap',
      severity: 'warning',
      line,
      statementId,
      message:
        'Days of this statement came in another format before: payments that have no bank reference in both may be booked twice. Keep to one format for an account.',
    }))
}

export function formatOf({ kind }: StatementSummary): StatementFormat {
  if (kind === 'csv') return 'csv'
  return kind === 'mt940' || kind === 'mt942' ? 'mt940' : 'camt'
}
