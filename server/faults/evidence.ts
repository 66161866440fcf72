// What a run leaves behind, and nothing else: the history of the clients, rows of the database, the rail, the
// mailbox, the creditor's webhooks, the bundles of evidence, and what the processes printed.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import type { HistoryLine } from './history.ts'
import type { Booking, Mail, ToldEvent } from './sinks.ts'
import type { World } from './world.ts'

export interface Evidence {
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
  /** How processes ended that nobody killed. */
  readonly oddEnds: readonly string[]
  readonly secrets: readonly string[]
  readonly mostRssMb: number
  readonly foreignSockets: readonly string[]
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

/** Reads everything; `left` is what the drain could not do, `oddEnds` are ends that nobody asked for. */
export async function readEvidence(
  world: World,
  { left, oddEnds, mostRssMb }: Pick<Evidence, 'left' | 'oddEnds' | 'mostRssMb'>,
): Promise<Evidence> {
  const { query, history, mailbox, webhooks, rail, secrets } = world
  const rows = await readRows(query)
  return {
    ...{ history: history.lines, mails: mailbox.mails, told: webhooks.told },
    ...{ bookings: rail.bookings, left, oddEnds, secrets, ...rows },
    bundles: await readBundles(world, rows.claims.slice(0, BUNDLES)),
    logs: world.slots.flatMap(({ logs }) => logs),
    mostRssMb,
    foreignSockets: world.slots.flatMap(({ pid }) => foreignSocketsOf(pid)),
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
    agreements: await query('select agreement_id, claim_id, total::text from agreements'),
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

/** Connections of a process to anywhere but loopback, as the kernel knows them. */
function foreignSocketsOf(pid: number | undefined): string[] {
  const inodes = new Set<string>()
  for (const fd of list(`/proc/${pid}/fd`)) {
    try {
      const inode = /socket:\[(\d+)\]/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1]
      if (inode !== undefined) inodes.add(inode)
    } catch {
      // It was closed while the folder was read.
    }
  }
  const sockets = ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((kind) =>
    readFileSync(`/proc/net/${kind}`, 'utf8').trim().split('\n').slice(1),
  )
  return sockets
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => inodes.has(columns[9] ?? '') && !isNear(columns[2] ?? ''))
    .map((columns) => columns[2] ?? '')
}

/** Loopback, also in an IPv6 coat, or no peer at all. */
function isNear(address: string): boolean {
  const [host = ''] = address.split(':')
  return /^0+$/.test(host) || host.endsWith('7F') || /^0{24}01000000$/.test(host)
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}
