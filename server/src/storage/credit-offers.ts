// What customers were asked about money that is owed to them, and what they chose. One offer a claim
// stands at a time.
import { type Selectable, sql } from 'kysely'
import type { CreditChoice } from '../domain/credit/decide-offer.ts'
import type { Database, Tx } from './database.ts'
import type { CreditOffersTable } from './tables/money.ts'

/** `open` until somebody chooses; `waiting` for the next bill. */
export type CreditOfferState = 'open' | 'waiting' | 'chosen' | 'withdrawn'

export interface CreditOffer {
  creditorId: string
  creditId: string
  claimId: string
  debtorId: string
  currency: string
  amount: bigint
  choices: readonly CreditChoice[]
  /** Null: a person finds out. */
  defaultChoice: CreditChoice | null
  defaultAt: number
  state: CreditOfferState
  choice: CreditChoice | null
  /** `agent`, `customer`, `default`, or who of the staff. */
  chosenBy: string | null
  createdAt: number
  endedAt: number | null
}

interface ClaimKey {
  creditorId: string
  claimId: string
}

type OfferKey = Pick<CreditOffer, 'creditorId' | 'creditId'>

/** Stores an offer; the claim has none that stands. */
export async function insertCreditOffer(tx: Tx, offer: CreditOffer): Promise<void> {
  await tx
    .insertInto('credit_offers')
    .values({
      creditor_id: offer.creditorId,
      credit_id: offer.creditId,
      claim_id: offer.claimId,
      debtor_id: offer.debtorId,
      currency: offer.currency,
      amount: offer.amount,
      choices: [...offer.choices],
      default_choice: offer.defaultChoice,
      default_at: offer.defaultAt,
      state: offer.state,
      choice: offer.choice,
      chosen_by: offer.chosenBy,
      created_at: offer.createdAt,
      ended_at: offer.endedAt,
    })
    .execute()
}

/** The offer of a claim that stands, or undefined. */
export async function standingOffer(
  db: Database | Tx,
  claim: ClaimKey,
): Promise<CreditOffer | undefined> {
  const row = await db
    .selectFrom('credit_offers')
    .selectAll()
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .where('state', 'in', ['open', 'waiting'])
    .executeTakeFirst()
  return row === undefined ? undefined : toOffer(row)
}

/** The latest offer of a claim, whatever became of it. */
export async function latestOffer(
  db: Database | Tx,
  claim: ClaimKey,
): Promise<CreditOffer | undefined> {
  const row = await db
    .selectFrom('credit_offers')
    .selectAll()
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .orderBy('credit_id', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? undefined : toOffer(row)
}

/** An offer of this creditor, or undefined. */
export async function findCreditOffer(
  db: Database | Tx,
  key: OfferKey,
): Promise<CreditOffer | undefined> {
  const row = await db
    .selectFrom('credit_offers')
    .selectAll()
    .where('creditor_id', '=', key.creditorId)
    .where('credit_id', '=', key.creditId)
    .executeTakeFirst()
  return row === undefined ? undefined : toOffer(row)
}

/** Ends an offer that stands, or lets it wait. Returns false when somebody was faster. */
export async function moveOffer(
  tx: Tx,
  offer: OfferKey & Pick<CreditOffer, 'state'>,
  to: Pick<CreditOffer, 'state' | 'choice' | 'chosenBy' | 'endedAt'>,
): Promise<boolean> {
  const result = await tx
    .updateTable('credit_offers')
    .set({ state: to.state, choice: to.choice, chosen_by: to.chosenBy, ended_at: to.endedAt })
    .where('creditor_id', '=', offer.creditorId)
    .where('credit_id', '=', offer.creditId)
    .where('state', '=', offer.state)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

/** An offer that waits for a bill, and the bill that has come. */
export interface WaitingOffer {
  creditorId: string
  creditId: string
  claimId: string
  toClaimId: string
}

/** Offers that wait for a next bill where there is an undisputed one, with the bill that falls due first. */
export async function offersWithNextBill(
  db: Database,
  { limit }: { limit: number },
): Promise<WaitingOffer[]> {
  const { rows } = await sql<{
    creditor_id: string
    credit_id: string
    claim_id: string
    to_claim_id: string
  }>`
    select o.creditor_id, o.credit_id, o.claim_id, b.claim_id as to_claim_id
    from credit_offers o
    join lateral (
      select c.claim_id from claims c
      where c.creditor_id = o.creditor_id and c.debtor_id = o.debtor_id
        and c.currency = o.currency and c.claim_state = 'open' and c.claim_id <> o.claim_id
        and c.principal + c.price - c.credit - c.paid > 0 and c.disputed = 0
      order by c.due_date, c.claim_id limit 1) b on true
    where o.state = 'waiting'
    limit ${limit}`.execute(db)
  return rows.map((row) => ({
    creditorId: row.creditor_id,
    creditId: row.credit_id,
    claimId: row.claim_id,
    toClaimId: row.to_claim_id,
  }))
}

/** A page of offers that stand, newest first. */
export async function pageOfOffers(
  db: Database,
  query: {
    creditorId: string
    debtorId: string | undefined
    before: string | undefined
    limit: number
  },
): Promise<CreditOffer[]> {
  let select = db
    .selectFrom('credit_offers')
    .selectAll()
    .where('creditor_id', '=', query.creditorId)
    .where('state', 'in', ['open', 'waiting'])
  if (query.debtorId !== undefined) select = select.where('debtor_id', '=', query.debtorId)
  if (query.before !== undefined) select = select.where('credit_id', '<', query.before)
  const rows = await select.orderBy('credit_id', 'desc').limit(query.limit).execute()
  return rows.map(toOffer)
}

function toOffer(row: Selectable<CreditOffersTable>): CreditOffer {
  return {
    creditorId: row.creditor_id,
    creditId: row.credit_id,
    claimId: row.claim_id,
    debtorId: row.debtor_id,
    currency: row.currency,
    amount: row.amount,
    choices: row.choices as CreditChoice[],
    defaultChoice: row.default_choice as CreditChoice | null,
    defaultAt: row.default_at,
    state: row.state as CreditOfferState,
    choice: row.choice as CreditChoice | null,
    chosenBy: row.chosen_by,
    createdAt: row.created_at,
    endedAt: row.ended_at,
  }
}
