// Fetches what waits for the agent, enrolment by enrolment, in order. The place in the inbox moves
// only after every message of a page was kept or finally refused.

import { fetchBounded } from '../peer/bounded-fetch.ts'
import { isJsonObject } from '../protocol/decode.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { parseStrictJson } from '../protocol/strict-json.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import type { AgentContext } from './context.ts'
import type { ActiveEnrolment, EndedEnrolment } from './enrolment.ts'
import { receiveMessage } from './receive.ts'
import type { ThreadKey } from './store.ts'

/** What one inbox gave. */
export interface InboxPull {
  readonly enrolmentId: string
  readonly stored: number
  readonly known: number
  readonly refusals: readonly AgentRefusal[]
  /** Conversations that got something new. */
  readonly threads: readonly ThreadKey[]
  /** The inbox was read to its end. */
  readonly complete: boolean
  /** How long the creditor asks to wait. */
  readonly retryAfterSeconds?: number
}

interface Page {
  readonly messages: readonly string[]
  /** The cursor of the last message; null when nothing waits. */
  readonly last: string | null
}

interface PageRefusal {
  readonly refusal: AgentRefusal
  readonly retryAfterSeconds?: number
}

type Counts = Pick<InboxPull, 'stored' | 'known' | 'refusals' | 'threads'>

const MAX_PAGES = 100
/** A page may hold several messages of the largest size. */
const MAX_PAGE_BYTES = 8 * 1024 * 1024
const MAX_PAGE_MEMBERS = 2000

const NOTHING: Counts = { stored: 0, known: 0, refusals: [], threads: [] }

const GONE: AgentRefusal = { code: 'peer-refused', detail: 'there is no such inbox' }

/** Refusals that time may heal: the message stays in the inbox. */
const TEMPORARY: ReadonlySet<string> = new Set(['key-unavailable', 'busy', 'iat'])

/**
 * Reads one inbox to its end. A message that cannot be judged now, or follows one that is missing,
 * keeps the place in the inbox; a gap does so once (`gaps` remembers), because what is still
 * missing then is not in the inbox.
 */
export async function pullInbox(
  context: AgentContext,
  enrolment: ActiveEnrolment | EndedEnrolment,
  gaps: Set<string>,
): Promise<InboxPull> {
  const { id: enrolmentId } = enrolment
  let total: InboxPull = { enrolmentId, ...NOTHING, complete: false }
  for (let pages = 0; pages < MAX_PAGES && !total.complete; pages++) {
    const page = await fetchPage(context, enrolment)
    if (!page.ok) {
      const { refusal, ...pause } = page.error
      return { ...total, ...pause, refusals: [...total.refusals, refusal] }
    }
    const { messages, last } = page.value
    const { counts, mustStay } = await takePage(context, messages, gaps)
    total = sum(total, counts)
    if (mustStay) return total
    // Also after the last page: the next call tells the creditor at once what was stored.
    if (last === null) total = { ...total, complete: true }
    else await context.store.saveCursor(enrolmentId, last)
  }
  return total
}

/** Tells whether the creditor knows of no such inbox; it does not tell why (PRB-03). */
export function isGone({ refusals }: InboxPull): boolean {
  return refusals.includes(GONE)
}

/** What an inbox gives that asked to be left alone for a while. */
export function pausedInbox(enrolmentId: string, retryAfterSeconds: number): InboxPull {
  const refusals = [{ code: 'unreachable', detail: 'paused' }] as const
  return { enrolmentId, ...NOTHING, refusals, complete: false, retryAfterSeconds }
}

async function takePage(
  context: AgentContext,
  messages: readonly string[],
  gaps: Set<string>,
): Promise<{ readonly counts: Counts; readonly mustStay: boolean }> {
  const refusals: AgentRefusal[] = []
  const threads: ThreadKey[] = []
  let stored = 0
  let known = 0
  let mustStay = false
  for (const jws of messages) {
    const received = await receiveMessage(context, jws, 'pull')
    if (!received.ok) {
      refusals.push(received.error)
      mustStay ||= staysInInbox(received.error, jws, gaps)
    } else if (received.value.effect === 'known') {
      known++
    } else {
      stored++
      if (received.value.thread !== null) threads.push(received.value.thread)
    }
  }
  return { counts: { stored, known, refusals, threads }, mustStay }
}

function sum(total: InboxPull, { stored, known, refusals, threads }: Counts): InboxPull {
  const isNew = ({ thr }: ThreadKey) => !total.threads.some((thread) => thread.thr === thr)
  return {
    ...total,
    stored: total.stored + stored,
    known: total.known + known,
    refusals: [...total.refusals, ...refusals],
    threads: [...total.threads, ...threads.filter(isNew)],
  }
}

function staysInInbox({ code }: AgentRefusal, jws: string, gaps: Set<string>): boolean {
  if (TEMPORARY.has(code)) return true
  if (code !== 'sequence' || gaps.has(jws)) return false
  gaps.add(jws)
  return true
}

async function fetchPage(
  context: AgentContext,
  enrolment: ActiveEnrolment | EndedEnrolment,
): Promise<Result<Page, PageRefusal>> {
  const url = new URL(enrolment.pullUrl)
  const after = await context.store.cursor(enrolment.id)
  if (after !== null) url.searchParams.set('after', after)
  const reply = await fetchBounded(context.fetch, {
    url: url.href,
    headers: { accept: 'application/json' },
    maxBytes: MAX_PAGE_BYTES,
  })
  if (!reply.ok) return unreachable(reply.error.code)
  const { status, mediaType, text, retryAfterSeconds } = reply.value
  if (status === 404) {
    return err({ refusal: GONE })
  }
  if (status !== 200 || mediaType !== 'application/json') {
    return unreachable(`status-${status}`, retryAfterSeconds)
  }
  const parsed = parseStrictJson(text, { maxMembers: MAX_PAGE_MEMBERS })
  const page = parsed.ok ? readPage(parsed.value) : null
  return page === null ? unreachable('reply-unexpected') : ok(page)
}

function unreachable(detail: string, retryAfterSeconds?: number): Result<never, PageRefusal> {
  const pause = retryAfterSeconds === undefined ? {} : { retryAfterSeconds }
  return err({ refusal: { code: 'unreachable', detail }, ...pause })
}

/** A page names a cursor for each message. Spec: DLV-02. */
function readPage(value: unknown): Page | null {
  if (!isJsonObject(value) || typeof value.more !== 'boolean') return null
  const { messages: entries } = value
  if (!Array.isArray(entries) || !entries.every(isEntry)) return null
  return { messages: entries.map(({ jws }) => jws), last: entries.at(-1)?.cursor ?? null }
}

function isEntry(entry: unknown): entry is { readonly cursor: string; readonly jws: string } {
  return isJsonObject(entry) && isCursor(entry.cursor) && typeof entry.jws === 'string'
}

function isCursor(cursor: unknown): cursor is string {
  return typeof cursor === 'string' && /^[A-Za-z0-9._~-]{1,128}$/.test(cursor)
}
