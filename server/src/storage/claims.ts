// Claims and their plan lines: reads, and changes that hold only when nobody changed the claim
// since it was read (version).
import type { Selectable } from 'kysely'
import type {
  ClaimDocument,
  ClaimState,
  ConversationState,
  DunningState,
} from '../domain/claim/claim.ts'
import type { Arm } from '../domain/dunning/assign-journey.ts'
import type { ReferenceScheme } from '../domain/references/reference-schemes.ts'
import type { Database, Tx } from './database.ts'
import { enqueue } from './events.ts'
import { openContacts } from './sealed-debtors.ts'
import type { ClaimsTable } from './tables/claims.ts'

export interface Claim {
  creditorId: string
  claimId: string
  debtorId: string
  invoiceNumber: string
  segment: string
  currency: string
  principal: bigint
  /** The part of the principal that is interest and fees of late payment. */
  charges: bigint
  price: bigint
  paid: bigint
  overpaid: bigint
  /** The part of `overpaid` that goes back, or went to another claim. */
  givenBack: bigint
  /** What the creditor forgave. */
  credit: bigint
  /** What the debtor disputes; more than is owed once money came in. */
  disputed: bigint
  issueDate: string
  dueDate: string
  referenceScheme: ReferenceScheme
  reference: string
  documents: ClaimDocument[]
  /** What it is for, in the creditor's words. */
  subject: string | null
  state: ClaimState
  conversation: ConversationState
  dunning: DunningState
  /** The journey that it was given when it was issued; null: nobody is written to. */
  journey: string | null
  /** What it counts for where journeys are compared. */
  arm: Arm | null
  respondBy: number
  presentedAt: number | null
  revision: number
  thr: string
  version: number
  createdAt: number
}

export interface PlanLineRow {
  line: number
  dueDate: string
  amount: bigint
  paid: bigint
  credited: bigint
  endToEndId: string
}

/** What a decision may change; the rest of a claim is as it was issued. */
export type ClaimChange = Partial<
  Pick<
    Claim,
    | 'principal'
    | 'charges'
    | 'price'
    | 'paid'
    | 'overpaid'
    | 'givenBack'
    | 'credit'
    | 'disputed'
    | 'dueDate'
    | 'documents'
    | 'state'
    | 'conversation'
    | 'dunning'
    | 'respondBy'
    | 'presentedAt'
    | 'revision'
    | 'thr'
  >
>

/** A claim of this creditor, or undefined: another creditor's claim does not exist for it. */
export async function findClaim(
  db: Database | Tx,
  key: { creditorId: string; claimId: string },
): Promise<Claim | undefined> {
  const row = await db
    .selectFrom('claims')
    .selectAll()
    .where('creditor_id', '=', key.creditorId)
    .where('claim_id', '=', key.claimId)
    .executeTakeFirst()
  return row === undefined ? undefined : toClaim(row)
}

/** A claim by its id alone, for the portal, whose token proves the right to it. */
export async function findClaimById(
  db: Database | Tx,
  claimId: string,
): Promise<Claim | undefined> {
  const row = await db
    .selectFrom('claims')
    .selectAll()
    .where('claim_id', '=', claimId)
    .executeTakeFirst()
  return row === undefined ? undefined : toClaim(row)
}

/** Claims with one of some references, of any creditor, each with the person's mail address. */
export async function claimsWithReference(
  db: Database | Tx,
  references: readonly string[],
): Promise<
  { creditorId: string; claimId: string; reference: string; email: string | undefined }[]
> {
  if (references.length === 0) return []
  const rows = await db
    .selectFrom('claims')
    .innerJoin('debtors', (join) =>
      join
        .onRef('debtors.creditor_id', '=', 'claims.creditor_id')
        .onRef('debtors.debtor_id', '=', 'claims.debtor_id'),
    )
    .select(['claims.creditor_id', 'claims.claim_id', 'claims.reference', 'debtors.contact'])
    .where('claims.reference', 'in', references)
    .limit(50)
    .execute()
  const contacts = await openContacts(db, rows)
  return rows.map((row, index) => ({
    creditorId: row.creditor_id,
    claimId: row.claim_id,
    reference: row.reference,
    email: contacts[index]?.email,
  }))
}

/** Reads a claim and keeps others from changing it until the transaction ends. */
export async function lockClaim(
  tx: Tx,
  key: { creditorId: string; claimId: string },
): Promise<Claim | undefined> {
  const row = await tx
    .selectFrom('claims')
    .selectAll()
    .where('creditor_id', '=', key.creditorId)
    .where('claim_id', '=', key.claimId)
    .forUpdate()
    .executeTakeFirst()
  return row === undefined ? undefined : toClaim(row)
}

/**
 * Writes a change. Returns false when the claim is not the version that the decision saw. Whatever
 * changes what is owed to the customer, or the state of a claim that was paid too much, asks for a look at it.
 */
export async function changeClaim(
  tx: Tx,
  claim: Pick<Claim, 'creditorId' | 'claimId' | 'version' | 'state' | 'overpaid' | 'givenBack'>,
  change: ClaimChange,
): Promise<boolean> {
  const { state, respondBy, presentedAt, dueDate, documents, givenBack, ...same } = change
  const result = await tx
    .updateTable('claims')
    .set({
      ...same,
      ...(state === undefined ? {} : { claim_state: state }),
      ...(respondBy === undefined ? {} : { respond_by: respondBy }),
      ...(presentedAt === undefined ? {} : { presented_at: presentedAt }),
      ...(dueDate === undefined ? {} : { due_date: dueDate }),
      ...(givenBack === undefined ? {} : { given_back: givenBack }),
      ...(documents === undefined ? {} : { documents: JSON.stringify(documents) }),
      version: claim.version + 1,
    })
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .where('version', '=', claim.version)
    .executeTakeFirst()
  if (result.numUpdatedRows !== 1n) return false
  const { overpaid = claim.overpaid } = change
  const isOther = overpaid !== claim.overpaid || (givenBack ?? claim.givenBack) !== claim.givenBack
  if (isOther || (overpaid > 0n && (state ?? claim.state) !== claim.state)) {
    await enqueue(tx, claim.creditorId, 'settle-credit', { claimId: claim.claimId })
  }
  return true
}

/** The plan lines of a claim in order: one until an agreement brings its own. */
export async function planLinesOf(
  db: Database | Tx,
  claim: Pick<Claim, 'creditorId' | 'claimId'>,
): Promise<PlanLineRow[]> {
  const rows = await db
    .selectFrom('plan_lines')
    .selectAll()
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .orderBy('line')
    .execute()
  return rows.map((row) => ({
    line: row.line,
    dueDate: row.due_date,
    amount: row.amount,
    paid: row.paid,
    credited: row.credited,
    endToEndId: row.end_to_end_id,
  }))
}

/** Replaces the lines of a claim by those of an agreement. */
export async function replacePlanLines(
  tx: Tx,
  claim: Pick<Claim, 'creditorId' | 'claimId'>,
  lines: readonly PlanLineRow[],
): Promise<void> {
  await tx
    .deleteFrom('plan_lines')
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .execute()
  await tx
    .insertInto('plan_lines')
    .values(
      lines.map((line) => ({
        creditor_id: claim.creditorId,
        claim_id: claim.claimId,
        line: line.line,
        due_date: line.dueDate,
        amount: line.amount,
        paid: line.paid,
        credited: line.credited,
        end_to_end_id: line.endToEndId,
      })),
    )
    .execute()
}

/** Puts a part of a credit on each of these lines. */
export async function setLinesCredited(
  tx: Tx,
  claim: Pick<Claim, 'creditorId' | 'claimId'>,
  lines: readonly { line: number; credited: bigint }[],
): Promise<void> {
  for (const { line, credited } of lines) {
    await tx
      .updateTable('plan_lines')
      .set({ credited })
      .where('creditor_id', '=', claim.creditorId)
      .where('claim_id', '=', claim.claimId)
      .where('line', '=', line)
      .execute()
  }
}

/** Sets what was paid on one line. */
export async function setLinePaid(
  tx: Tx,
  claim: Pick<Claim, 'creditorId' | 'claimId'>,
  line: { line: number; paid: bigint },
): Promise<void> {
  await tx
    .updateTable('plan_lines')
    .set({ paid: line.paid })
    .where('creditor_id', '=', claim.creditorId)
    .where('claim_id', '=', claim.claimId)
    .where('line', '=', line.line)
    .execute()
}

export function toClaim(row: Selectable<ClaimsTable>): Claim {
  return {
    creditorId: row.creditor_id,
    claimId: row.claim_id,
    debtorId: row.debtor_id,
    invoiceNumber: row.invoice_number,
    segment: row.segment,
    currency: row.currency,
    principal: row.principal,
    charges: row.charges,
    price: row.price,
    paid: row.paid,
    overpaid: row.overpaid,
    givenBack: row.given_back,
    credit: row.credit,
    disputed: row.disputed,
    issueDate: row.issue_date,
    dueDate: row.due_date,
    referenceScheme: row.reference_scheme as ReferenceScheme,
    reference: row.reference,
    documents: row.documents,
    subject: row.subject,
    state: row.claim_state as ClaimState,
    conversation: row.conversation as ConversationState,
    dunning: row.dunning as DunningState,
    journey: row.journey,
    arm: row.arm as Arm | null,
    respondBy: row.respond_by,
    presentedAt: row.presented_at,
    revision: row.revision,
    thr: row.thr,
    version: row.version,
    createdAt: row.created_at,
  }
}

/** Open claims of a debtor that no plan was agreed on and that are not with this agent already. */
export async function claimsToAddress(
  db: Database,
  enrolment: {
    creditorId: string
    debtorId: string
    enrolmentId: string
    onlyClaimId: string | null
  },
): Promise<Claim[]> {
  const rows = await db
    .selectFrom('claims')
    .selectAll()
    .where('creditor_id', '=', enrolment.creditorId)
    .where('debtor_id', '=', enrolment.debtorId)
    .where('claim_state', '=', 'open')
    .where('conversation', '<>', 'agreed')
    .$if(enrolment.onlyClaimId !== null, (query) =>
      query.where('claim_id', '=', enrolment.onlyClaimId),
    )
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('threads')
            .select('threads.thr')
            .whereRef('threads.thr', '=', 'claims.thr')
            .where('threads.enrolment_id', '=', enrolment.enrolmentId),
        ),
      ),
    )
    .orderBy('claim_id')
    .execute()
  return rows.map(toClaim)
}
