// What a run leaves behind, and nothing else: the history of the clients, rows of the database, the rail, the
// mailbox, the creditor's webhooks, the bundles of evidence, and what the processes printed.
import type { HistoryLine } from './history.ts'
import type { ProcessesSeen } from './process-watch.ts'
import type { Booking, Mail, ToldEvent } from './sinks.ts'
import type { World } from './world.ts'

export interface Evidence extends ProcessesSeen {
  readonly history: readonly HistoryLine[]
  readonly mails: readonly Mail[]
  readonly told: readonly ToldEvent[]
  readonly bookings: readonly Booking[]
  readonly claims: readonly ClaimRow[]
  readonly agreements: readonly AgreementRow[]
  readonly lines: readonly LineRow[]
  readonly events: readonly EventRow[]
  readonly messages: readonly MessageRow[]
  readonly threads: readonly ThreadRow[]
  readonly mailings: readonly MailingRow[]
  readonly debtors: number
  /** Signed messages of some claims, thread by thread, as the creditor can hand them to a court. */
  readonly bundles: readonly (readonly string[])[]
  /** What was not done when the time to heal was over. */
  readonly left: readonly string[]
  readonly logs: readonly string[]
  readonly secrets: readonly string[]
}

export interface ClaimRow {
  readonly claim_id: string
  readonly invoice_number: string
  readonly claim_state: string
  readonly conversation: string
  readonly owed: string
}

export interface AgreementRow {
  readonly agreement_id: string
  readonly claim_id: string
  readonly total: string
  /** No other one took its place. */
  readonly in_force: boolean
  /** An instalment was missed, and another plan was offered. */
  readonly offered_another: boolean
}

export interface LineRow {
  readonly claim_id: string
  readonly line: number
  readonly amount: string
}

export interface EventRow {
  readonly event_id: string
  readonly claim_id: string
  readonly type: string
  readonly granted: boolean | null
  readonly status: string | null
}

export interface MessageRow {
  readonly thr: string
  readonly seq: number
  readonly iss: string
  readonly jti: string
  readonly hash: string
  readonly is_theirs: boolean
}

export interface ThreadRow {
  readonly thr: string
  readonly last_seq: number
  readonly last_hash: string
}

export interface MailingRow {
  readonly message_id: string
  readonly claim_id: string
  readonly step: string
  readonly state: string
  readonly delivery: string | null
}

const BUNDLES = 8

/** Reads everything; `left` is what the drain could not do, the rest was seen of the processes as they ran. */
export async function readEvidence(
  world: World,
  seen: { readonly left: readonly string[] } & ProcessesSeen,
): Promise<Evidence> {
  const { query, history, mailbox, webhooks, rail, secrets } = world
  const rows = await readRows(query)
  return {
    ...{ history: history.lines, mails: mailbox.mails, told: webhooks.told },
    ...{ bookings: rail.bookings, secrets, ...rows, ...seen },
    bundles: await readBundles(world, rows.claims.slice(0, BUNDLES)),
    logs: world.slots.flatMap(({ logs }) => logs),
  }
}

type Rows = Pick<
  Evidence,
  'claims' | 'agreements' | 'lines' | 'events' | 'messages' | 'threads' | 'mailings' | 'debtors'
>

/** What the database says. */
export async function readRows(query: <Row>(text: string) => Promise<Row[]>): Promise<Rows> {
  const [debtors] = await query<{ n: number }>('select count(*)::int as n from debtors')
  return {
    debtors: debtors?.n ?? 0,
    claims: await query(
      `select claim_id, invoice_number, claim_state, conversation, (principal + price)::text as owed
       from claims order by claim_id`,
    ),
    agreements: await query(
      `select agreement_id, claim_id, total::text, replaced_at is null as in_force,
       replan is not null as offered_another from agreements`,
    ),
    lines: await query('select claim_id, line, amount::text from plan_lines'),
    events: await query(
      `select event_id::text, claim_id, type, (data->>'granted')::boolean as granted,
       data->>'status' as status from events order by events.event_id`,
    ),
    messages: await query(
      'select thr, seq, iss, jti, hash, reply is not null as is_theirs from messages order by thr, seq',
    ),
    threads: await query('select thr, last_seq, last_hash from threads'),
    mailings: await query(
      `select message_id, claim_id, step, state, delivery from human_messages where channel = 'email'`,
    ),
  }
}

async function readBundles(world: World, claims: readonly ClaimRow[]): Promise<string[][]> {
  const bundles: string[][] = []
  for (const { claim_id: id } of claims) {
    const reply = await world.get(`/v1/payment-requests/${id}/evidence`)
    const { threads } = reply as { threads: { messages: string[] }[] }
    bundles.push(...threads.map(({ messages }) => messages))
  }
  return bundles
}
