// Agreements: at most one a claim, kept with both signatures.
import type { Selectable } from 'kysely'
import type { GeneralJws, PlanTerms } from './column-types.ts'
import type { Database, Tx } from './database.ts'
import type { AgreementsTable } from './tables.ts'

export interface StoredAgreement {
  creditorId: string
  agreementId: string
  claimId: string
  acceptedBy: 'agent' | 'portal'
  plan: PlanTerms
  total: bigint
  bankIss: string | null
  jws: GeneralJws
  agreedAt: number
}

export async function insertAgreement(tx: Tx, agreement: StoredAgreement): Promise<void> {
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
      jws: JSON.stringify(agreement.jws),
      agreed_at: agreement.agreedAt,
    })
    .execute()
}

/** The agreement of a claim, if there is one. */
export async function agreementOf(
  db: Database | Tx,
  claim: { creditorId: string; claimId: string },
): Promise<StoredAgreement | undefined> {
  const row = await db
    .selectFrom('agreements')
    .selectAll()
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .executeTakeFirst()
  return row === undefined ? undefined : toAgreement(row)
}

/** An agreement by its id: a hash that only its parties know. */
export async function findAgreement(
  db: Database,
  agreementId: string,
): Promise<StoredAgreement | undefined> {
  const row = await db
    .selectFrom('agreements')
    .selectAll()
    .where('agreement_id', '=', agreementId)
    .executeTakeFirst()
  return row === undefined ? undefined : toAgreement(row)
}

function toAgreement(row: Selectable<AgreementsTable>): StoredAgreement {
  return {
    creditorId: row.creditor_id,
    agreementId: row.agreement_id,
    claimId: row.claim_id,
    acceptedBy: row.accepted_by as StoredAgreement['acceptedBy'],
    plan: row.plan,
    total: row.total,
    bankIss: row.bank_iss,
    jws: row.jws,
    agreedAt: row.agreed_at,
  }
}
