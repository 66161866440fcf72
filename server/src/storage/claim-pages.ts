// Pages of claims for the API, newest first, with what belongs to them. Ids rise with time, so the
// id is the cursor: the order is stable while others are issued.

import { typOf } from '@parley/sdk/protocol'
import { type KeptAgreement, toAgreements } from './agreements.ts'
import type { Claim } from './claims.ts'
import { type PlanLineRow, toClaim } from './claims.ts'
import type { Database, Tx } from './database.ts'
import { openMessages } from './threads.ts'

export interface ClaimFilter {
  claim?: string | undefined
  conversation?: string | undefined
  debtorId?: string | undefined
  invoiceNumber?: string | undefined
  dueFrom?: string | undefined
  dueTo?: string | undefined
}

/** A page of claims with ids below `before`, newest first. */
export async function pageOfClaims(
  db: Database,
  query: { creditorId: string; filter: ClaimFilter; before: string | undefined; limit: number },
): Promise<Claim[]> {
  const { creditorId, filter, before, limit } = query
  let select = db.selectFrom('claims').selectAll().where('creditor_id', '=', creditorId)
  if (before !== undefined) select = select.where('claim_id', '<', before)
  if (filter.claim !== undefined) select = select.where('claim_state', '=', filter.claim)
  if (filter.conversation !== undefined) {
    select = select.where('conversation', '=', filter.conversation)
  }
  if (filter.debtorId !== undefined) select = select.where('debtor_id', '=', filter.debtorId)
  if (filter.invoiceNumber !== undefined) {
    select = select.where('invoice_number', '=', filter.invoiceNumber)
  }
  if (filter.dueFrom !== undefined) select = select.where('due_date', '>=', filter.dueFrom)
  if (filter.dueTo !== undefined) select = select.where('due_date', '<=', filter.dueTo)
  const rows = await select.orderBy('claim_id', 'desc').limit(limit).execute()
  return rows.map(toClaim)
}

/** Every claim on a person, the newest first. */
export async function claimsOfPerson(
  db: Database | Tx,
  { creditorId, debtorId }: { creditorId: string; debtorId: string },
): Promise<Claim[]> {
  const rows = await db
    .selectFrom('claims')
    .selectAll()
    .where('creditor_id', '=', creditorId)
    .where('debtor_id', '=', debtorId)
    .orderBy('claim_id', 'desc')
    .execute()
  return rows.map(toClaim)
}

/** What the API shows beside a claim itself. */
export interface ClaimCompanions {
  /** Null once its person was erased. */
  signedRequest: string | null
  agreement: KeptAgreement | undefined
  lines: PlanLineRow[]
  nextAction: { journeyId: string; step: string; at: number } | undefined
}

/** The companions of several claims of one creditor, by claim id, in four statements. */
export async function companionsOf(
  db: Database,
  creditorId: string,
  claims: readonly Claim[],
): Promise<Map<string, ClaimCompanions>> {
  if (claims.length === 0) return new Map()
  const ids = claims.map(({ claimId }) => claimId)
  const [requests, agreed, lines, cases] = await Promise.all([
    db
      .selectFrom('messages')
      .distinctOn('thr')
      .select(['creditor_id as creditorId', 'thr', 'seq', 'jws'])
      .where('creditor_id', '=', creditorId)
      .where(
        'thr',
        'in',
        claims.map(({ thr }) => thr),
      )
      .where('typ', '=', typOf('request'))
      .orderBy('thr')
      .orderBy('seq', 'desc')
      .execute(),
    db
      .selectFrom('agreements')
      .selectAll()
      .where('creditor_id', '=', creditorId)
      .where('claim_id', 'in', ids)
      .where('replaced_at', 'is', null)
      .execute(),
    db
      .selectFrom('plan_lines')
      .selectAll()
      .where('creditor_id', '=', creditorId)
      .where('claim_id', 'in', ids)
      .orderBy('line')
      .execute(),
    db
      .selectFrom('dunning_cases')
      .select(['claim_id', 'journey_id', 'next_step', 'next_action_at'])
      .where('creditor_id', '=', creditorId)
      .where('claim_id', 'in', ids)
      .execute(),
  ])
  const bodies = await openMessages(db, requests)
  const requestOf = new Map(requests.map(({ thr }, index) => [thr, bodies[index] ?? null]))
  const agreements = await toAgreements(db, agreed)
  const companions = new Map<string, ClaimCompanions>()
  for (const claim of claims) {
    const agreement = agreements.find((it) => it.claimId === claim.claimId)
    const planned = cases.find((row) => row.claim_id === claim.claimId)
    companions.set(claim.claimId, {
      signedRequest: requestOf.get(claim.thr) ?? null,
      agreement,
      lines: lines
        .filter((row) => row.claim_id === claim.claimId)
        .map((row) => ({
          line: row.line,
          dueDate: row.due_date,
          amount: row.amount,
          paid: row.paid,
          credited: row.credited,
          endToEndId: row.end_to_end_id,
        })),
      nextAction: planned && {
        journeyId: planned.journey_id,
        step: planned.next_step,
        at: planned.next_action_at,
      },
    })
  }
  return companions
}
