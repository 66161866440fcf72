// Takes a person out of the store, in the caller's transaction. What stays names nobody: amounts, days and
// numbers, kinds of events, and the hashes of what was signed.
//
// A new table with something about a person gets a statement here, and its planted value in the test.
import { type RawBuilder, sql } from 'kysely'
import type { Tx } from './database.ts'
import type { PersonKey } from './erasures.ts'
import { destroyPersonKeys } from './person-keys.ts'

/** Rows that were changed or deleted, by table. */
export type ErasedRows = Record<string, number>

/** Destroys the key of a person, and that of each file of refunds that names the person; then all the rest. */
export async function erasePersonRows(tx: Tx, person: PersonKey, at: number): Promise<ErasedRows> {
  const { creditorId, debtorId } = person
  const files = await filesOf(tx, person)
  const personIds = [debtorId, ...files]
  await destroyPersonKeys(
    tx,
    personIds.map((personId) => ({ creditorId, personId })),
    at,
  )
  const erased: ErasedRows = {}
  for (const [table, statement] of statementsFor(person, { at, files })) {
    const { numAffectedRows = 0n } = await statement.execute(tx)
    erased[table] = (erased[table] ?? 0) + Number(numAffectedRows)
  }
  return erased
}

async function filesOf(tx: Tx, { creditorId, debtorId }: PersonKey): Promise<string[]> {
  const rows = await tx
    .selectFrom('refunds')
    .select('export_id')
    .distinct()
    .where('creditor_id', '=', creditorId)
    .where('debtor_id', '=', debtorId)
    .execute()
  return rows.flatMap(({ export_id: exportId }) => exportId ?? [])
}

type Statement = readonly [table: string, statement: RawBuilder<unknown>]

function statementsFor(
  { creditorId, debtorId }: PersonKey,
  { at, files }: { at: number; files: readonly string[] },
): Statement[] {
  const own = sql`creditor_id = ${creditorId} and debtor_id = ${debtorId}`
  const ofClaims = sql`creditor_id = ${creditorId} and claim_id in (
    select claim_id from claims where creditor_id = ${creditorId} and debtor_id = ${debtorId})`
  const ofThreads = sql`creditor_id = ${creditorId} and thr in (
    select t.thr from threads t join claims c
      on c.creditor_id = t.creditor_id and c.claim_id = t.claim_id
    where c.creditor_id = ${creditorId} and c.debtor_id = ${debtorId}
    union all
    select thr from enrolments where creditor_id = ${creditorId} and debtor_id = ${debtorId})`
  const ofEnrolments = sql`creditor_id = ${creditorId} and enrolment_id in (
    select enrolment_id from enrolments
    where creditor_id = ${creditorId} and debtor_id = ${debtorId})`
  // Money of the person's claims, and other money from the same accounts that nobody has to place.
  const ofMoney = sql`creditor_id = ${creditorId} and transaction_id in (
    select transaction_id from payments where ${ofClaims}
    union
    select b.transaction_id from bank_transactions b
    where b.creditor_id = ${creditorId} and b.claim_id in (
      select claim_id from claims where creditor_id = ${creditorId} and debtor_id = ${debtorId})
    union
    select paid_transaction_id from refunds where ${own}
    union
    select returned_transaction_id from refunds where ${own})`
  const ofAccounts = sql`creditor_id = ${creditorId} and state <> 'unmatched'
    and payer_index in (select payer_index from bank_transactions where ${ofMoney})`
  return [
    [
      'bank_transaction_history',
      sql`update bank_transaction_history set note = null
      where ${ofMoney} and note is not null`,
    ],
    [
      'bank_transactions',
      sql`update bank_transactions set details = null, end_to_end_index = null
      where ${ofAccounts} and details is not null`,
    ],
    [
      'bank_transactions',
      sql`update bank_transactions set details = null, end_to_end_index = null,
      payer_index = null where ${ofMoney}`,
    ],
    // What an agent is called may say whose it is.
    [
      'messages',
      sql`update messages set jws = null, reply = null,
      iss = case when reply is null then iss else '' end where ${ofThreads}`,
    ],
    ['equivocations', sql`update equivocations set jws = null, iss = '' where ${ofThreads}`],
    [
      'threads',
      sql`update threads set erased_at = ${at},
      peer_iss = case when peer_role = 'agent' then '' else peer_iss end where ${ofClaims}`,
    ],
    ['enrolment_keys', sql`delete from enrolment_keys where ${ofEnrolments}`],
    ['agent_deliveries', sql`delete from agent_deliveries where ${ofEnrolments}`],
    ['events', sql`update events set words = null where ${ofClaims} and words is not null`],
    ['charges', sql`update charges set reason = 'erased' where ${ofClaims} and state = 'waived'`],
    ['agreements', sql`update agreements set jws = null where ${ofClaims}`],
    [
      'idempotency_keys',
      sql`delete from idempotency_keys where creditor_id = ${creditorId}
      and reply_thr in (select thr from threads where ${ofClaims})`,
    ],
    [
      'claims',
      sql`update claims set documents = '[]', subject = null, dunning = 'idle',
      version = version + 1 where ${own}`,
    ],
    ['dunning_cases', sql`delete from dunning_cases where ${ofClaims}`],
    [
      'human_messages',
      sql`update human_messages set state = 'dropped', try_again_at = null
      where ${own} and state = 'queued'`,
    ],
    ['person_replies', sql`delete from person_replies where ${ofClaims}`],
    [
      'tasks',
      sql`update tasks set details = null,
      state = case when state = 'open' then 'dismissed' else state end,
      ended_at = coalesce(ended_at, ${at}), ended_by = coalesce(ended_by, 'erasure')
      where ${own}`,
    ],
    ['credit_notes', sql`update credit_notes set words = null where ${ofClaims}`],
    [
      'refund_exports',
      sql`update refund_exports set file = null
      where creditor_id = ${creditorId} and export_id = any(${[...files]}::text[])`,
    ],
    ['refunds', sql`update refunds set account = null where ${own}`],
    ['activation_codes', sql`delete from activation_codes where ${own}`],
    ['consents', sql`delete from consents where ${own}`],
    ['learnt_facts', sql`delete from learnt_facts where ${own}`],
    ['profile_contests', sql`delete from profile_contests where ${own}`],
    ['action_choices', sql`delete from action_choices where ${own}`],
    ['experiment_members', sql`delete from experiment_members where ${own}`],
    [
      'enrolments',
      // One that ends now is told so: see forgetToldAgents.
      sql`update enrolments set agent_iss = '', inbox = case when ended_at is null then inbox end,
      inbox_proven_at = case when ended_at is null then inbox_proven_at end,
      ended_at = coalesce(ended_at, ${at}), ended_by = coalesce(ended_by, 'creditor') where ${own}`,
    ],
    [
      'debtors',
      sql`update debtors set external_id = null, external_index = null, name = null,
      name_index = '{}', contact = null, reached_by = '{}', phone_index = null, preferences = '{}',
      closed_channels = '{}', language = null, time_zone = null, erased_at = ${at} where ${own}`,
    ],
  ]
}
