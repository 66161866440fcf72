// One statement as `parley statement inspect` prints it.
import { formatDecimal } from '@parley/sdk/protocol'
import { signedMinor } from '../../domain/statement/statement-balance.ts'
import type { StatementBalance, StatementSummary } from '../../domain/statement/statement-types.ts'

/** Amounts are decimal strings in `currency`; null is what the file does not state. */
export interface InspectedStatement {
  readonly id: string
  readonly account: string | null
  readonly currency: string | null
  readonly opening: string | null
  readonly closing: string | null
  readonly entries: number
  readonly transactions: number
  readonly credits: string | null
  readonly debits: string | null
  readonly reversals: number
  readonly references: readonly string[]
  readonly balanced: boolean | null
}

export function inspectedStatement(
  statement: StatementSummary,
  references: readonly string[],
): InspectedStatement {
  const { statementId, opening, closing, totals, balanced } = statement
  const currency = currencyOf(statement)
  const sums = totals.booked.find((it) => it.currency === currency) ?? { credit: 0n, debit: 0n }
  const decimal = (minor: bigint) =>
    currency === undefined ? null : formatDecimal({ minor, currency })
  return {
    id: statementId,
    account: accountName(statement) ?? null,
    currency: currency ?? null,
    opening: balanceText(opening),
    closing: balanceText(closing),
    entries: totals.entries,
    transactions: totals.transactions,
    credits: decimal(sums.credit),
    debits: decimal(sums.debit),
    reversals: totals.reversals,
    references,
    balanced: balanced === 'unknown' ? null : balanced,
  }
}

/** The IBAN, else the other number of the account. */
export function accountName({ account }: StatementSummary): string | undefined {
  return account.iban ?? account.other
}

/** That of the balances, else of the entries, else of the account. */
function currencyOf({ opening, closing, account, totals }: StatementSummary): string | undefined {
  const [booked] = totals.booked
  return (
    opening?.amount.currency ?? closing?.amount.currency ?? booked?.currency ?? account.currency
  )
}

function balanceText(balance: StatementBalance | undefined): string | null {
  if (balance === undefined) return null
  return formatDecimal({ minor: signedMinor(balance), currency: balance.amount.currency })
}
