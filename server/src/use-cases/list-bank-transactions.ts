// A page of a creditor's bank transactions, newest first; with state `unmatched` it is the list of
// what a person has to look at.
import { type BankTransaction, pageOfBankTransactions } from '../storage/bank-transactions.ts'
import { type UnmatchedMoney, unmatchedMoneyOf } from '../storage/unmatched-money.ts'
import type { Deps } from './deps.ts'
import type { Page } from './read-payment-requests.ts'

export type { BankTransaction, UnmatchedMoney }

export async function listBankTransactions(
  deps: Pick<Deps, 'db'>,
  query: {
    creditorId: string
    state: string | undefined
    cursor: string | undefined
    limit: number
  },
): Promise<Page<BankTransaction>> {
  const { creditorId, state, cursor, limit } = query
  const found = await pageOfBankTransactions(deps.db, {
    creditorId,
    state,
    before: cursor,
    limit: limit + 1,
  })
  const data = found.slice(0, limit)
  return { data, next: found.length > limit ? (data.at(-1)?.transactionId ?? null) : null }
}

/** How much money waits to be placed, by currency. */
export async function readUnmatchedMoney(
  deps: Pick<Deps, 'db'>,
  { creditorId }: { creditorId: string },
): Promise<UnmatchedMoney[]> {
  return await unmatchedMoneyOf(deps.db, creditorId)
}
