// From untrusted text to a message of an enrolled creditor, verified and readable. Changes nothing.

import { peekClaims } from '../protocol/decode.ts'
import { kindOf, parsePayload, typOf } from '../protocol/messages.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { type VerifiedMessage, verifyMessage } from '../protocol/verify.ts'
import type { ArrivalRefusal } from './agent-refusal.ts'
import { checkedMoney } from './answer.ts'
import {
  checkCredit,
  checkMenu,
  checkQuote,
  checkReceipt,
  checkReminder,
  checkRequest,
  checkStatus,
} from './check-content.ts'
import type { AgentContext } from './context.ts'
import type { ActiveEnrolment } from './enrolment.ts'
import type { EnrolmentNews, EnrolmentNewsKind } from './enrolment-news.ts'
import type { ThreadKey, ThreadRecord } from './store.ts'
import type { Incoming } from './thread.ts'

/** A verified message, whose it is, and whether it came after its `exp`. */
export interface Arrival {
  readonly enrolment: ActiveEnrolment
  readonly incoming: Incoming
  readonly isLate: boolean
}

type IncomingKind = Incoming['kind']

const INCOMING_KINDS: ReadonlySet<string> = new Set<IncomingKind>([
  'request',
  'reminder',
  'menu',
  'cancel',
  'status',
  'quote',
  'receipt',
  'credit',
])

const NEWS_KINDS: ReadonlySet<string> = new Set<EnrolmentNewsKind>([
  'challenge',
  'account-change',
  'revoke',
])

/** A verified message of an enrolment's own thread. */
export interface NewsArrival {
  readonly enrolmentId: string
  readonly news: EnrolmentNews
}

/** Refuses `typ`, `iss`, `sub`, `enrolment-unknown`, `schema` and whatever the strict layer refuses. */
export async function verifyArrival(
  context: AgentContext,
  jws: string,
): Promise<Result<Arrival | NewsArrival, ArrivalRefusal>> {
  const peeked = peekClaims(jws)
  if (!peeked.ok) return peeked
  const { header, payload } = peeked.value
  const kind = kindOf(header.typ)
  if (kind === undefined) return err({ code: 'typ' })
  if (typeof payload.iss !== 'string') return err({ code: 'iss' })
  if (typeof payload.sub !== 'string') return err({ code: 'sub' })
  if (NEWS_KINDS.has(kind)) return verifyNews(context, jws, kind as EnrolmentNewsKind)
  if (!isIncomingKind(kind)) return err({ code: 'typ' })
  const enrolment = await findEnrolment(context, payload)
  if (enrolment === undefined) return err({ code: 'enrolment-unknown' })
  const verified = await verify(context, jws, { typ: header.typ, issuer: enrolment.server })
  if (!verified.ok) return verified
  const { message, isLate } = verified.value
  const incoming = readPayload(kind, message, context.clock())
  return incoming.ok ? ok({ enrolment, incoming: incoming.value, isLate }) : incoming
}

/** The thread of an enrolment is answered after its end, too: a `revoke` may come again. */
async function verifyNews(
  context: AgentContext,
  jws: string,
  kind: EnrolmentNewsKind,
): Promise<Result<NewsArrival, ArrivalRefusal>> {
  const peeked = peekClaims(jws)
  if (!peeked.ok) return peeked
  const { iss, sub, thr } = peeked.value.payload
  const enrolment = (await context.store.enrolments())
    .filter((one) => one.state !== 'pending')
    .find((one) => one.server === iss && one.sub === sub && one.thr === thr)
  if (enrolment === undefined) return err({ code: 'enrolment-unknown' })
  const verified = await verify(context, jws, { typ: typOf(kind), issuer: enrolment.server })
  if (!verified.ok) return verified
  const { message, isLate } = verified.value
  if (isLate && kind === 'challenge') return err({ code: 'expired' })
  const parsed = parsePayload(kind, message.payload)
  if (!parsed.ok) return err({ code: 'schema', detail: parsed.error.pointer })
  const news = { kind, message, payload: parsed.value } as EnrolmentNews
  return ok({ enrolmentId: enrolment.id, news })
}

/** What is late can no longer be acted upon, but it still is part of its thread. */
async function verify(
  context: AgentContext,
  jws: string,
  expected: { readonly typ: string; readonly issuer: string },
): Promise<Result<{ message: VerifiedMessage; isLate: boolean }, ArrivalRefusal>> {
  const options = {
    ...expected,
    keys: context.directory.resolveKey,
    now: context.clock(),
    audience: context.iss,
    allowLoopbackHttp: context.allowLoopbackHttp,
  }
  const timely = await verifyMessage(jws, options)
  const isLate = !timely.ok && timely.error.code === 'expired'
  const verified = isLate ? await verifyMessage(jws, { ...options, evidence: true }) : timely
  return verified.ok ? ok({ message: verified.value, isLate }) : verified
}

/** Refuses `content-invalid` for a payload that does not fit its conversation. */
export function checkContent(
  { incoming }: Arrival,
  thread: ThreadRecord | undefined,
): Result<null, ArrivalRefusal> {
  if (incoming.kind === 'request') return checkRequest(incoming.payload)
  // A conversation that does not exist is refused for its place, not for its content.
  if (thread === undefined) return ok(null)
  const { requestId, amount, revision } = thread.request
  const { payload } = incoming
  if (payload.requestId !== requestId) return err({ code: 'content-invalid', detail: 'requestId' })
  switch (incoming.kind) {
    case 'menu':
      return checkMenu(incoming.payload.menu, checkedMoney(amount))
    case 'reminder':
      return incoming.payload.revision === revision
        ? checkReminder(incoming.payload, checkedMoney(amount))
        : err({ code: 'revision-superseded' })
    case 'status':
      return checkStatus(incoming.payload, amount.currency)
    case 'quote':
      return checkQuote(incoming.payload, amount.currency)
    case 'receipt':
      return checkReceipt(incoming.payload, amount.currency)
    case 'credit':
      return checkCredit(incoming.payload, amount.currency)
    case 'cancel':
      return ok(null)
  }
}

/** Names the conversation of a message. */
export function threadKeyOf({ enrolment, incoming }: Arrival): ThreadKey {
  return { enrolmentId: enrolment.id, thr: incoming.payload.thr }
}

async function findEnrolment(
  { store }: AgentContext,
  { iss, sub }: Readonly<Record<string, unknown>>,
): Promise<ActiveEnrolment | undefined> {
  const enrolments = await store.enrolments()
  return enrolments
    .filter((enrolment) => enrolment.state === 'active')
    .find((enrolment) => enrolment.server === iss && enrolment.sub === sub)
}

function readPayload(
  kind: IncomingKind,
  message: VerifiedMessage,
  at: number,
): Result<Incoming, ArrivalRefusal> {
  const parsed = parsePayload(kind, message.payload)
  if (!parsed.ok) return err({ code: 'schema', detail: parsed.error.pointer })
  return ok({ kind, message, at, payload: parsed.value } as Incoming)
}

function isIncomingKind(kind: string): kind is IncomingKind {
  return INCOMING_KINDS.has(kind)
}
