// What somebody should know about a file that was read, in words for the creditor's staff.
import { formatDecimal } from '@parley/sdk/protocol'
import { signedMinor } from './statement-balance.ts'
import {
  findMissingPages,
  findSequenceGaps,
  type MissingPages,
  type SequenceGap,
  type StatementPlace,
} from './statement-sequence.ts'
import {
  isInformation,
  type StatementEntry,
  type StatementProblem,
  type StatementRefusal,
  type StatementSummary,
} from './statement-types.ts'

/** Why the file was refused: nothing of it may be booked. */
export function refusalProblem({ code, line, message }: StatementRefusal): StatementProblem {
  return { code, severity: 'error', line, statementId: null, message }
}

export function problemsOfStatement(statement: StatementSummary): StatementProblem[] {
  const { statementId, line, kind } = statement
  const problems: StatementProblem[] = []
  if (isInformation(kind)) {
    const name = kind === '052' ? 'A camt.052' : 'An MT942'
    const message = `${name} is information during the day: nothing of it is booked.`
    problems.push({ code: 'information-only', severity: 'note', line, statementId, message })
  }
  if (statement.balanced === false) {
    const message = unbalanced(statement)
    problems.push({ code: 'statement-unbalanced', severity: 'warning', line, statementId, message })
  }
  if (areMixed(statement)) {
    const message = 'Balances and entries are in different currencies: the sums cannot be checked.'
    problems.push({ code: 'currency-mixed', severity: 'warning', line, statementId, message })
  }
  return problems
}

function areMixed({ opening, closing, totals }: StatementSummary): boolean {
  if (opening === undefined || closing === undefined) return false
  const currencies = [opening.amount, closing.amount, ...totals.booked].map((it) => it.currency)
  return new Set(currencies).size > 1
}

function unbalanced({ opening, closing, totals }: StatementSummary): string {
  const [sums] = totals.booked
  const said = 'Opening balance and booked entries do not give the closing balance'
  if (opening === undefined || closing === undefined || sums === undefined) return `${said}.`
  const { currency } = opening.amount
  const expected = signedMinor(opening) + sums.credit - sums.debit
  return `${said}: ${formatDecimal({ minor: expected, currency })} is expected, ${formatDecimal({
    minor: signedMinor(closing),
    currency,
  })} stated.`
}

/** A bank that counts more or fewer payments in a batch than it lists. */
export function batchProblem(entry: StatementEntry): StatementProblem | undefined {
  const { batch, detailCount, line, entryId } = entry
  const count = batch?.transactions
  if (count === undefined || detailCount === 0 || count === detailCount) return undefined
  const message = `The batch ${entryId.slice(0, 35)} counts ${count} payments and lists ${detailCount}.`
  return { code: 'batch-count', severity: 'note', line, statementId: null, message }
}

/** What is missing around the statements that were read, among all that are known. */
export function gapProblems(
  read: readonly StatementPlace[],
  known: readonly StatementPlace[],
): StatementProblem[] {
  return [
    ...findSequenceGaps(read, known).map(sequenceProblem),
    ...findMissingPages(read, known).map(pageProblem),
  ]
}

function sequenceProblem({ series, from, to, before }: SequenceGap): StatementProblem {
  const numbers = from === to ? `Number ${from} is` : `Numbers ${from} to ${to} are`
  return {
    code: 'sequence-gap',
    severity: 'warning',
    line: null,
    statementId: before,
    message: `${numbers} missing in the ${series} sequence of the account.`,
  }
}

function pageProblem({ statementId, pages, endIsMissing }: MissingPages): StatementProblem {
  const missing = [
    ...(pages.length === 0 ? [] : [`page ${pages.slice(0, 10).join(', ')}`]),
    ...(endIsMissing ? ['the last page'] : []),
  ].join(' and ')
  const message = `Of this statement ${missing} is missing.`
  return { code: 'page-missing', severity: 'warning', line: null, statementId, message }
}
