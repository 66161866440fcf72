// The agreed plan of a claim as it stands today: its lines with their states, from the lines, the
// payments and the day in the creditor's zone. Reads only.
import type { Day } from '@parley/sdk/protocol'
import { type LineProgress, progressOf } from '../domain/plan/plan-lines.ts'
import { agreementOf, type KeptAgreement } from '../storage/agreements.ts'
import { type PlanLineRow, planLinesOf } from '../storage/claims.ts'
import { readCreditor } from '../storage/creditors.ts'
import type { Database, Tx } from '../storage/database.ts'
import { paymentsOfClaim } from '../storage/payments.ts'
import { dayOf } from './day-of.ts'

export interface PlanInForce extends Pick<KeptAgreement, 'replan' | 'defaultedAt'> {
  agreement: KeptAgreement
  lines: LineProgress[]
  /** The lines as they are stored. */
  rows: PlanLineRow[]
  today: Day
  timeZone: string
}

/** Reads the plan in force; undefined where nothing was agreed. */
export async function readPlan(
  db: Database | Tx,
  claim: { creditorId: string; claimId: string },
  now: number,
): Promise<PlanInForce | undefined> {
  const agreement = await agreementOf(db, claim)
  if (agreement === undefined) return undefined
  const { timeZone } = await readCreditor(db, claim.creditorId)
  const rows = await planLinesOf(db, claim)
  const payments = await paymentsOfClaim(db, claim)
  const today = dayOf(now, timeZone)
  const { agreedAt, replan, defaultedAt } = agreement
  const { graceDays } = agreement.lateTerms
  const lines = progressOf({ lines: rows, payments, agreedAt, graceDays, today })
  return { agreement, lines, rows, replan, defaultedAt, today, timeZone }
}
