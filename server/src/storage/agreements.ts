// Agreements: at most one in force a claim, kept with both signatures; those that another took the place
// of are kept for the evidence.
import type { LateTerms } from '@parley/sdk/protocol'
import type { Selectable } from 'kysely'
import type { PlanMarks, PlanStage, PlanTold, ReplanOffer } from '../domain/plan/plan-moves.ts'
import type { GeneralJws, PlanTerms } from './column-types.ts'
import type { Database, Tx } from './database.ts'
import { openFields, sealField } from './sealed-fields.ts'
import type { AgreementsTable } from './tables/claims.ts'

export interface NewAgreement {
  creditorId: string
  agreementId: string
  claimId: string
  acceptedBy: 'agent' | 'portal'
  plan: PlanTerms
  total: bigint
  bankIss: string | null
  /** With both signatures. */
  jws: GeneralJws
  agreedAt: number
  lateTerms: LateTerms
}

/** An agreement as it is kept. */
export interface StoredAgreement extends Omit<NewAgreement, 'jws'> {
  /** Null once the person was erased. */
  jws: GeneralJws | null
}

/** An agreement with what came of it since. */
export interface KeptAgreement extends StoredAgreement, PlanMarks {
  /** The part of its fee that is not owed because it was paid off early. */
  remitted: bigint
}

/** An agreement by its id, which may have been replaced. */
export interface FoundAgreement extends KeptAgreement {
  isReplaced: boolean
}

/** Puts an agreement in force; its lines are looked at for the first time at `agreedAt`. */
export async function insertAgreement(
  tx: Tx,
  agreement: NewAgreement & { debtorId: string; mayReplan: boolean },
): Promise<void> {
  const jws = await sealField(tx, {
    creditorId: agreement.creditorId,
    personId: agreement.debtorId,
    place: placeOf(agreement),
    text: JSON.stringify(agreement.jws),
  })
  await tx
    .insertInto('agreements')
    .values({
      creditor_id: agreement.creditorId,
      agreement_id: agreement.agreementId,
      claim_id: agreement.claimId,
      accepted_by: agreement.acceptedBy,
      plan: JSON.stringify(agreement.plan),
      total: agreement.total,
      bank_iss: agreement.bankIss,
      jws,
      agreed_at: agreement.agreedAt,
      late_terms: JSON.stringify(agreement.lateTerms),
      told: JSON.stringify(NOTHING_TOLD),
      replan: agreement.mayReplan ? null : JSON.stringify(REPLANNED),
      defaulted_at: null,
      replaced_at: null,
      look_at: agreement.agreedAt,
    })
    .execute()
}

const placeOf = ({ agreementId }: { agreementId: string }) => `agreements.jws ${agreementId}`

const NOTHING_TOLD: PlanTold = { lines: {}, focus: null }

/** A plan that took the place of another is the one that was offered: there is no second offer. */
const REPLANNED: ReplanOffer = { until: '0000-01-01', state: 'taken', revision: 0 }

/** Ends the agreement in force: another takes its place. */
export async function replaceAgreement(
  tx: Tx,
  agreement: Pick<StoredAgreement, 'creditorId' | 'agreementId'>,
  at: number,
): Promise<void> {
  await tx
    .updateTable('agreements')
    .set({ replaced_at: at, look_at: null })
    .where('creditor_id', '=', agreement.creditorId)
    .where('agreement_id', '=', agreement.agreementId)
    .execute()
}

/** Writes what came of a plan; `lookAt` in epoch seconds. */
export async function markPlan(
  tx: Tx,
  agreement: Pick<StoredAgreement, 'creditorId' | 'agreementId'>,
  { told, replan, defaultedAt, stage, lookAt }: PlanMarks & { lookAt: number | null },
): Promise<void> {
  await tx
    .updateTable('agreements')
    .set({
      told: JSON.stringify(told),
      replan: replan === null ? null : JSON.stringify(replan),
      defaulted_at: defaultedAt,
      stage,
      look_at: lookAt,
    })
    .where('creditor_id', '=', agreement.creditorId)
    .where('agreement_id', '=', agreement.agreementId)
    .execute()
}

/** Has the plan of a claim looked at soon: something has happened to its money or its offer. */
export async function lookAtPlan(
  tx: Tx,
  claim: { creditorId: string; claimId: string },
  at: number,
): Promise<void> {
  await tx
    .updateTable('agreements')
    .set({ look_at: at })
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .where('replaced_at', 'is', null)
    .execute()
}

/** Notes the part of the fee that is not owed any more; zero when the money came back. */
export async function setRemitted(
  tx: Tx,
  agreement: Pick<StoredAgreement, 'creditorId' | 'agreementId'>,
  remitted: bigint,
): Promise<void> {
  await tx
    .updateTable('agreements')
    .set({ remitted })
    .where('creditor_id', '=', agreement.creditorId)
    .where('agreement_id', '=', agreement.agreementId)
    .execute()
}

/** The claims whose plans are to be looked at, over all creditors, the longest due first. */
export async function plansToLookAt(
  db: Database,
  { now, limit }: { now: number; limit: number },
): Promise<{ creditorId: string; claimId: string }[]> {
  const rows = await db
    .selectFrom('agreements')
    .select(['creditor_id', 'claim_id'])
    .where('look_at', '<=', now)
    .orderBy('look_at')
    .limit(limit)
    .execute()
  return rows.map((row) => ({ creditorId: row.creditor_id, claimId: row.claim_id }))
}

/** The agreement in force of a claim, if there is one. */
export async function agreementOf(
  db: Database | Tx,
  claim: { creditorId: string; claimId: string },
): Promise<KeptAgreement | undefined> {
  const row = await db
    .selectFrom('agreements')
    .selectAll()
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .where('replaced_at', 'is', null)
    .executeTakeFirst()
  return row === undefined ? undefined : (await toAgreements(db, [row]))[0]
}

/** All agreements of a claim in their order, those that were replaced included. */
export async function agreementsOf(
  db: Database | Tx,
  claim: { creditorId: string; claimId: string },
): Promise<KeptAgreement[]> {
  const rows = await db
    .selectFrom('agreements')
    .selectAll()
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .orderBy('agreed_at')
    .orderBy((eb) => eb('replaced_at', 'is', null))
    .execute()
  return await toAgreements(db, rows)
}

/** An agreement by its id, in force or not: a hash that only its parties know. */
export async function findAgreement(
  db: Database,
  agreementId: string,
): Promise<FoundAgreement | undefined> {
  const row = await db
    .selectFrom('agreements')
    .selectAll()
    .where('agreement_id', '=', agreementId)
    .where('jws', 'is not', null)
    .executeTakeFirst()
  if (row === undefined) return undefined
  const [agreement] = await toAgreements(db, [row])
  return agreement && { ...agreement, isReplaced: row.replaced_at !== null }
}

/** The columns of agreements as the domain knows them. */
export async function toAgreements(
  db: Database | Tx,
  rows: readonly Selectable<AgreementsTable>[],
): Promise<KeptAgreement[]> {
  const opened = await openFields(
    db,
    rows.map((row) => ({
      creditorId: row.creditor_id,
      place: placeOf({ agreementId: row.agreement_id }),
      sealed: row.jws,
    })),
  )
  return rows.map((row, index) => ({
    creditorId: row.creditor_id,
    agreementId: row.agreement_id,
    claimId: row.claim_id,
    acceptedBy: row.accepted_by as StoredAgreement['acceptedBy'],
    plan: row.plan,
    total: row.total,
    bankIss: row.bank_iss,
    jws: JSON.parse(opened[index] ?? 'null') as GeneralJws | null,
    agreedAt: row.agreed_at,
    lateTerms: row.late_terms,
    told: row.told,
    replan: row.replan,
    defaultedAt: row.defaulted_at,
    stage: row.stage as PlanStage,
    remitted: row.remitted,
  }))
}
