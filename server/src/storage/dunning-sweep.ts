// The statements of a dunning sweep: each reads or writes for a whole batch of cases. Rows that
// somebody else is changing are passed over, so that a sweep waits for nobody and nothing deadlocks.
import { sql } from 'kysely'
import type { DunningState } from '../domain/claim/claim.ts'
import type { ClosableChannel, ContactPoints, Party, Preferences } from '../domain/claim/debtor.ts'
import { type Claim, toClaim } from './claims.ts'
import type { Database, Tx } from './database.ts'
import type { DunningCase } from './dunning-cases.ts'
import type { PersonKey } from './human-messages.ts'
import { openContacts } from './sealed-debtors.ts'

export interface ClaimKey {
  creditorId: string
  claimId: string
}

/** What an agent that has not answered may leave a conversation in. */
const WAITING_CONVERSATIONS = ['sent', 'received', 'presented', 'negotiating']

/** Claims whose agent let its time pass, among the `limit` cases that are due first. */
export async function claimsOfSilentAgents(
  db: Database,
  { now, limit }: { now: number; limit: number },
): Promise<Claim[]> {
  // The limit stands inside: a sweep looks at what it is about to take, not at all that is due.
  const rows = await db
    .selectFrom((eb) =>
      eb
        .selectFrom('dunning_cases')
        .select(['creditor_id', 'claim_id', 'next_action_at'])
        .where('next_action_at', '<=', now)
        .orderBy('next_action_at')
        .limit(limit)
        .as('d'),
    )
    .innerJoin('claims as c', (join) =>
      join.onRef('c.creditor_id', '=', 'd.creditor_id').onRef('c.claim_id', '=', 'd.claim_id'),
    )
    .selectAll('c')
    .where('c.claim_state', '=', 'open')
    .where('c.conversation', 'in', WAITING_CONVERSATIONS)
    .where('c.respond_by', '<=', now)
    .where(isNotHeld(now))
    .orderBy('d.next_action_at')
    .execute()
  return rows.map(toClaim)
}

/**
 * Claims in the hold-out whose agent let its time pass, the longest ago first. They have no case. The
 * conditions are spelled out as the index spells them, so that a prepared statement can use it.
 */
export async function heldOutOfSilentAgents(
  db: Database,
  { now, limit }: { now: number; limit: number },
): Promise<Claim[]> {
  const rows = await db
    .selectFrom('claims as c')
    .selectAll('c')
    .where(sql<boolean>`c.arm = 'hold-out' and c.claim_state = 'open'
      and c.conversation in ('sent', 'received', 'presented', 'negotiating')`)
    .where('c.respond_by', '<=', now)
    .where(isNotHeld(now))
    .orderBy('c.respond_by')
    .limit(limit)
    .execute()
  return rows.map(toClaim)
}

/** Under a hold nobody waits for the agent. */
const isNotHeld = (now: number) => sql<boolean>`not exists (
  select from claim_holds h where h.creditor_id = c.creditor_id and h.claim_id = c.claim_id
    and h.released_at is null and (h.until is null or h.until > ${now}))`

/** The claims of these cases, locked; one that is being changed by somebody else is left out. */
export async function lockFreeClaims(tx: Tx, keys: readonly ClaimKey[]): Promise<Claim[]> {
  if (keys.length === 0) return []
  const rows = await tx
    .selectFrom('claims')
    .selectAll()
    .where(sql<boolean>`creditor_id = any(${keys.map((it) => it.creditorId)}::text[])`)
    .where(sql<boolean>`claim_id = any(${keys.map((it) => it.claimId)}::text[])`)
    .forNoKeyUpdate()
    .skipLocked()
    .execute()
  return rows.map(toClaim)
}

/** What a sweep knows of a person. */
export interface SweptPerson extends PersonKey {
  party: Party
  country: string | null
  timeZone: string | null
  contact: ContactPoints
  preferences: Preferences
  closedChannels: ClosableChannel[]
}

/**
 * The people behind these claims, locked, so that no two workers write to one person beside each
 * other; a person whom another worker has is left out.
 */
export async function lockFreePeople(tx: Tx, people: readonly PersonKey[]): Promise<SweptPerson[]> {
  if (people.length === 0) return []
  const rows = await tx
    .selectFrom('debtors')
    .select(['creditor_id', 'debtor_id', 'party', 'country', 'time_zone'])
    .select(['contact', 'preferences', 'closed_channels'])
    .where(sql<boolean>`creditor_id = any(${people.map((it) => it.creditorId)}::text[])`)
    .where(sql<boolean>`debtor_id = any(${people.map((it) => it.debtorId)}::text[])`)
    .forNoKeyUpdate()
    .skipLocked()
    .execute()
  const contacts = await openContacts(tx, rows)
  return rows.map((row, index) => ({
    creditorId: row.creditor_id,
    debtorId: row.debtor_id,
    party: row.party as Party,
    country: row.country,
    timeZone: row.time_zone,
    contact: contacts[index] ?? {},
    preferences: row.preferences,
    closedChannels: row.closed_channels as ClosableChannel[],
  }))
}

/** What a sweep knows of a creditor. */
export interface SweptCreditor {
  timeZone: string
  country: string
  chargesAgreed: boolean
}

/** The creditors of a batch, by id. */
export async function creditorsOf(
  tx: Database | Tx,
  creditorIds: readonly string[],
): Promise<Map<string, SweptCreditor>> {
  const rows = await tx
    .selectFrom('creditors')
    .select(['creditor_id', 'time_zone', 'country', 'charges_agreed'])
    .where(sql<boolean>`creditor_id = any(${[...new Set(creditorIds)]}::text[])`)
    .execute()
  return new Map(
    rows.map(({ creditor_id, time_zone, country, charges_agreed }) => [
      creditor_id,
      { timeZone: time_zone, country, chargesAgreed: charges_agreed },
    ]),
  )
}

/** The last event about reminders of each claim, by claim id. */
export async function lastReminderEvents(
  tx: Database | Tx,
  keys: readonly ClaimKey[],
): Promise<Map<string, { type: string; data: Record<string, unknown> }>> {
  if (keys.length === 0) return new Map()
  const rows = await tx
    .selectFrom('events')
    .distinctOn(['creditor_id', 'claim_id'])
    .select(['claim_id', 'type', 'data'])
    .where(sql<boolean>`creditor_id = any(${keys.map((it) => it.creditorId)}::text[])`)
    .where(sql<boolean>`claim_id = any(${keys.map((it) => it.claimId)}::text[])`)
    .where('type', 'in', ['reminder.sent', 'reminder.skipped', 'reminder.deferred'])
    .orderBy('creditor_id')
    .orderBy('claim_id')
    .orderBy('event_id', 'desc')
    .execute()
  return new Map(rows.map((row) => [row.claim_id, { type: row.type, data: row.data }]))
}

/** Where a case stands after its sweep. */
export type CasePlan = Omit<DunningCase, 'chargedStep'>

/** Writes where several cases stand. */
export async function planCases(tx: Tx, plans: readonly CasePlan[]): Promise<void> {
  if (plans.length === 0) return
  const resumes = plans.map((it) => (it.resumes === null ? null : JSON.stringify(it.resumes)))
  await sql`update dunning_cases d
    set journey_id = u.journey_id, journey_version = u.journey_version,
      steps_done = u.steps_done, next_step = u.next_step, next_action_at = u.next_action_at,
      trigger_at = u.trigger_at, anchor_day = u.anchor_day, resumes = u.resumes, round = u.round,
      -- A step that comes again in another round has its charges looked at again.
      charged_step = case when d.round = u.round then d.charged_step end
    from unnest(${plans.map((it) => it.creditorId)}::text[],
      ${plans.map((it) => it.claimId)}::text[], ${plans.map((it) => it.journeyId)}::text[],
      ${plans.map((it) => it.journeyVersion)}::int[],
      ${plans.map((it) => JSON.stringify(it.stepsDone))}::jsonb[],
      ${plans.map((it) => it.nextStep)}::text[], ${plans.map((it) => it.nextActionAt)}::int8[],
      ${plans.map((it) => it.triggerAt)}::int8[], ${plans.map((it) => it.anchorDay)}::date[],
      ${resumes}::jsonb[], ${plans.map((it) => it.round)}::int[])
      as u(creditor_id, claim_id, journey_id, journey_version, steps_done, next_step,
        next_action_at, trigger_at, anchor_day, resumes, round)
    where d.creditor_id = u.creditor_id and d.claim_id = u.claim_id`.execute(tx)
}

/** Says in what state the dunning of several claims is: a hold has come to its end. */
export async function setDunning(
  tx: Tx,
  changes: readonly (ClaimKey & { dunning: DunningState })[],
): Promise<void> {
  if (changes.length === 0) return
  await sql`update claims c set dunning = u.dunning, version = c.version + 1
    from unnest(${changes.map((it) => it.creditorId)}::text[],
      ${changes.map((it) => it.claimId)}::text[], ${changes.map((it) => it.dunning)}::text[])
      as u(creditor_id, claim_id, dunning)
    where c.creditor_id = u.creditor_id and c.claim_id = u.claim_id`.execute(tx)
}

/** Ends the journeys of several claims and says in what state that leaves their dunning. */
export async function endCases(
  tx: Tx,
  ends: readonly (ClaimKey & { dunning: DunningState })[],
): Promise<void> {
  if (ends.length === 0) return
  const [creditorIds, claimIds] = [ends.map((it) => it.creditorId), ends.map((it) => it.claimId)]
  await sql`delete from dunning_cases d
    using unnest(${creditorIds}::text[], ${claimIds}::text[]) as u(creditor_id, claim_id)
    where d.creditor_id = u.creditor_id and d.claim_id = u.claim_id`.execute(tx)
  await setDunning(tx, ends)
}
