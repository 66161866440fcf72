// Balances of statements that a bank cut into pages: what does not add up on a page may add up over
// all of them.
import { isBalanced } from './statement-balance.ts'
import { addSums } from './statement-totals.ts'
import type { CurrencySums, StatementSummary } from './statement-types.ts'

/** Tells for the pages of each statement whether they add up together, when all of them are here. */
export function balancePages(statements: readonly StatementSummary[]): StatementSummary[] {
  const groups = Map.groupBy(statements, (statement) =>
    JSON.stringify([statement.kind, statement.account, statement.statementId]),
  )
  const verdicts = new Map<StatementSummary, boolean | 'unknown'>()
  for (const pages of groups.values()) {
    const together = pages.length > 1 && areWhole(pages) ? balanceOf(pages) : undefined
    // Where each page has balances of its own, they have told already.
    if (together === undefined || pages.every(({ balanced }) => balanced !== 'unknown')) continue
    for (const page of pages) verdicts.set(page, together)
  }
  return statements.map((statement) => {
    const balanced = verdicts.get(statement)
    return balanced === undefined ? statement : { ...statement, balanced }
  })
}

/** Whether these are the pages 1 to the last, each once. */
function areWhole(pages: readonly StatementSummary[]): boolean {
  const inOrder = pages.every(({ page }, i) => Number(page?.number) === i + 1)
  return inOrder && pages.findIndex(({ page }) => page?.isLast === true) === pages.length - 1
}

function balanceOf(pages: readonly StatementSummary[]): boolean | 'unknown' {
  const opening = pages[0]?.opening
  const closing = pages.at(-1)?.closing
  if (opening === undefined || closing === undefined) return 'unknown'
  const booked = pages.reduce<CurrencySums[]>((sums, page) => addSums(sums, page.totals.booked), [])
  return isBalanced({ opening, closing }, booked, true)
}
