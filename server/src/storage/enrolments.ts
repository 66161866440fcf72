// Activation codes and the agents that enrolled with them.
import type { PublicJwk } from '@parley/sdk/protocol'
import type { Database, Tx } from './database.ts'

export interface ActivationCode {
  creditorId: string
  debtorId: string
  expiresAt: number
  usedAt: number | null
}

export async function insertActivationCode(
  tx: Tx,
  code: { creditorId: string; debtorId: string; codeHash: Buffer; at: number; expiresAt: number },
): Promise<void> {
  await tx
    .insertInto('activation_codes')
    .values({
      creditor_id: code.creditorId,
      code_hash: code.codeHash,
      debtor_id: code.debtorId,
      created_at: code.at,
      expires_at: code.expiresAt,
      used_at: null,
    })
    .execute()
}

export async function findActivationCode(
  db: Database,
  codeHash: Buffer,
): Promise<ActivationCode | undefined> {
  const row = await db
    .selectFrom('activation_codes')
    .selectAll()
    .where('code_hash', '=', codeHash)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    creditorId: row.creditor_id,
    debtorId: row.debtor_id,
    expiresAt: row.expires_at,
    usedAt: row.used_at,
  }
}

/** Marks a code as used. Returns false when somebody used it first. */
export async function useActivationCode(tx: Tx, codeHash: Buffer, at: number): Promise<boolean> {
  const result = await tx
    .updateTable('activation_codes')
    .set({ used_at: at })
    .where('code_hash', '=', codeHash)
    .where('used_at', 'is', null)
    .executeTakeFirst()
  return result.numUpdatedRows === 1n
}

export interface Enrolment {
  creditorId: string
  enrolmentId: string
  debtorId: string
  agentIss: string
  sub: string
  kid: string
  publicJwk: PublicJwk
  inbox: string | null
  endedAt: number | null
}

export interface NewEnrolment extends Omit<Enrolment, 'endedAt'> {
  pullTokenHash: Buffer
  pinnedIban: string
  enrolJti: string
  enrolJws: string
  enrolledJws: string
  at: number
}

/** Ends the debtor's live enrolment, if any, and starts the new one. */
export async function replaceEnrolment(tx: Tx, enrolment: NewEnrolment): Promise<void> {
  await tx
    .updateTable('enrolments')
    .set({ ended_at: enrolment.at })
    .where('creditor_id', '=', enrolment.creditorId)
    .where('debtor_id', '=', enrolment.debtorId)
    .where('ended_at', 'is', null)
    .execute()
  await tx
    .insertInto('enrolments')
    .values({
      creditor_id: enrolment.creditorId,
      enrolment_id: enrolment.enrolmentId,
      debtor_id: enrolment.debtorId,
      agent_iss: enrolment.agentIss,
      sub: enrolment.sub,
      kid: enrolment.kid,
      public_jwk: JSON.stringify(enrolment.publicJwk),
      inbox: enrolment.inbox,
      pull_token_hash: enrolment.pullTokenHash,
      pinned_iban: enrolment.pinnedIban,
      enrol_jti: enrolment.enrolJti,
      enrol_jws: enrolment.enrolJws,
      enrolled_jws: enrolment.enrolledJws,
      created_at: enrolment.at,
      ended_at: null,
    })
    .execute()
}

/** The reply that the same enrol message got before. */
export async function findEnrolledReply(
  db: Database,
  key: { agentIss: string; enrolJti: string },
): Promise<{ enrolJws: string; enrolledJws: string } | undefined> {
  const row = await db
    .selectFrom('enrolments')
    .select(['enrol_jws', 'enrolled_jws'])
    .where('agent_iss', '=', key.agentIss)
    .where('enrol_jti', '=', key.enrolJti)
    .executeTakeFirst()
  return row === undefined ? undefined : { enrolJws: row.enrol_jws, enrolledJws: row.enrolled_jws }
}

export async function findEnrolment(
  db: Database | Tx,
  key: { creditorId: string; enrolmentId: string },
): Promise<Enrolment | undefined> {
  const row = await db
    .selectFrom('enrolments')
    .selectAll()
    .where('creditor_id', '=', key.creditorId)
    .where('enrolment_id', '=', key.enrolmentId)
    .executeTakeFirst()
  if (row === undefined) return undefined
  return {
    creditorId: row.creditor_id,
    enrolmentId: row.enrolment_id,
    debtorId: row.debtor_id,
    agentIss: row.agent_iss,
    sub: row.sub,
    kid: row.kid,
    publicJwk: row.public_jwk,
    inbox: row.inbox,
    endedAt: row.ended_at,
  }
}
