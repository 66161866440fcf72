// Fetches what waits for the agent, enrolment by enrolment, in order. The place in the inbox moves
// only after every message of a page was kept or finally refused.

import { fetchBounded } from '../peer/bounded-fetch.ts'
import { isJsonObject } from '../protocol/decode.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { parseStrictJson } from '../protocol/strict-json.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import type { AgentContext } from './context.ts'
import { receiveMessage } from './receive.ts'
import type { ActiveEnrolment, ThreadKey } from './store.ts'

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
}

interface Page {
  readonly messages: readonly string[]
  readonly next: string | null
}

type Counts = Pick<InboxPull, 'stored' | 'known' | 'refusals' | 'threads'>

const MAX_PAGES = 100
/** A page may hold several messages of the largest size. */
const MAX_PAGE_BYTES = 8 * 1024 * 1024
const MAX_PAGE_MEMBERS = 2000

const NOTHING: Counts = { stored: 0, known: 0, refusals: [], threads: [] }

/** Refusals that time may heal: the message stays in the inbox. */
const TEMPORARY: ReadonlySet<string> = new Set(['key-unavailable', 'busy', 'iat'])

/**
 * Reads one inbox to its end. A message that cannot be judged now, or follows one that is missing,
 * keeps the place in the inbox; a gap does so once (`gaps` remembers), because what is still
 * missing then is not in the inbox.
 */
export async function pullInbox(
  context: AgentContext,
  enrolment: ActiveEnrolment,
  gaps: Set<string>,
): Promise<InboxPull> {
  const { id: enrolmentId } = enrolment
  let total: InboxPull = { enrolmentId, ...NOTHING, complete: false }
  for (let pages = 0; pages < MAX_PAGES && !total.complete; pages++) {
    const page = await fetchPage(context, enrolment)
    if (!page.ok) return { ...total, refusals: [...total.refusals, page.error] }
    const { messages, next } = page.value
    const { counts, mustStay } = await takePage(context, messages, gaps)
    total = sum(total, counts)
    if (mustStay) return total
    if (next !== null) await context.store.saveCursor(enrolmentId, next)
    total = { ...total, complete: next === null || messages.length === 0 }
  }
  return total
}

async function takePage(
  context: AgentContext,
  messages: readonly string[],
  gaps: Set<string>,
): Promise<{ readonly counts: Counts; readonly mustStay: boolean }> {
  const refusals: AgentRefusal[] = []
  const threads: ThreadKey[] = []
  let known = 0
  let mustStay = false
  for (const jws of messages) {
    const received = await receiveMessage(context, jws)
    if (!received.ok) {
      refusals.push(received.error)
      mustStay ||= staysInInbox(received.error, jws, gaps)
    } else if (received.value.effect === 'known') {
      known++
    } else {
      threads.push(received.value.thread)
    }
  }
  return { counts: { stored: threads.length, known, refusals, threads }, mustStay }
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
  enrolment: ActiveEnrolment,
): Promise<Result<Page, AgentRefusal>> {
  const url = new URL(enrolment.pullUrl)
  const after = await context.store.cursor(enrolment.id)
  if (after !== null) url.searchParams.set('after', after)
  const reply = await fetchBounded(context.fetch, {
    url: url.href,
    headers: { accept: 'application/json' },
    maxBytes: MAX_PAGE_BYTES,
  })
  if (!reply.ok) return err({ code: 'unreachable', detail: reply.error.code })
  const { status, mediaType, text } = reply.value
  if (status === 404) return err({ code: 'peer-refused', detail: 'the enrolment has ended' })
  if (status !== 200 || mediaType !== 'application/json') {
    return err({ code: 'unreachable', detail: `status-${status}` })
  }
  const parsed = parseStrictJson(text, { maxMembers: MAX_PAGE_MEMBERS })
  const page = parsed.ok ? readPage(parsed.value) : null
  return page === null ? err({ code: 'unreachable', detail: 'reply-unexpected' }) : ok(page)
}

function readPage(value: unknown): Page | null {
  if (!isJsonObject(value)) return null
  const { messages, next } = value
  const isPage =
    Array.isArray(messages) &&
    messages.every((message) => typeof message === 'string') &&
    (next === null || (typeof next === 'string' && /^[0-9]{1,19}$/.test(next)))
  return isPage ? { messages, next } : null
}
