// Reads of what is owed to customers, and of refunds. Another creditor's ids do not exist.
import type { CreditOffer } from '../storage/credit-offers.ts'
import { pageOfOffers } from '../storage/credit-offers.ts'
import { pageOfRefunds, type Refund } from '../storage/refunds.ts'
import type { Deps } from './deps.ts'
import type { Page } from './read-payment-requests.ts'

export type { CreditOffer, Refund }

interface PageQuery {
  creditorId: string
  /** The id after which the page goes on. */
  cursor: string | undefined
  limit: number
}

/** A page of credits that wait for a choice or for a next bill, newest first. */
export async function listCredits(
  { db }: Pick<Deps, 'db'>,
  { cursor, ...query }: PageQuery & { debtorId: string | undefined },
): Promise<Page<CreditOffer>> {
  const limit = query.limit + 1
  const rows = await pageOfOffers(db, { ...query, before: cursor, limit })
  return pageOf(rows, query.limit, ({ creditId }) => creditId)
}

/** A page of refunds, newest first. */
export async function listRefunds(
  { db }: Pick<Deps, 'db'>,
  { cursor, ...query }: PageQuery & { state: string | undefined; exportId: string | undefined },
): Promise<Page<Refund>> {
  const limit = query.limit + 1
  const rows = await pageOfRefunds(db, { ...query, before: cursor, limit })
  return pageOf(rows, query.limit, ({ refundId }) => refundId)
}

/** One more row than the page has says that there is a next one. */
function pageOf<T>(rows: T[], limit: number, idOf: (row: T) => string): Page<T> {
  const data = rows.slice(0, limit)
  const last = data.at(-1)
  return { data, next: rows.length > limit && last !== undefined ? idOf(last) : null }
}
