// From untrusted text to a message of an enrolled creditor, verified and readable. Changes nothing.

import { peekClaims } from '../protocol/decode.ts'
import { kindOf, parsePayload } from '../protocol/messages.ts'
import { err, ok, type Result } from '../protocol/result.ts'
import { type VerifiedMessage, verifyMessage } from '../protocol/verify.ts'
import type { AgentRefusal } from './agent-refusal.ts'
import { checkedMoney } from './answer.ts'
import { checkMenu, checkReceipt, checkRequest, checkStatus } from './check-content.ts'
import type { AgentContext } from './context.ts'
import type { ActiveEnrolment, ThreadKey, ThreadRecord } from './store.ts'
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
  'menu',
  'cancel',
  'status',
  'receipt',
])

/** Refuses `typ`, `enrolment-unknown`, `schema` and whatever the strict layer refuses. */
export async function verifyArrival(
  context: AgentContext,
  jws: string,
): Promise<Result<Arrival, AgentRefusal>> {
  const peeked = peekClaims(jws)
  if (!peeked.ok) return peeked
  const { header, payload } = peeked.value
  const kind = kindOf(header.typ)
  if (kind === undefined || !isIncomingKind(kind)) return err({ code: 'typ' })
  const enrolment = await findEnrolment(context, payload)
  if (enrolment === undefined) return err({ code: 'enrolment-unknown' })

  const options = {
    typ: header.typ,
    keys: context.directory.resolveKey,
    now: context.clock(),
    audience: context.iss,
    issuer: enrolment.server,
    allowLoopbackHttp: context.allowLoopbackHttp,
  }
  const timely = await verifyMessage(jws, options)
  const isLate = !timely.ok && timely.error.code === 'expired'
  // What is late can no longer be acted upon, but it still is part of the conversation.
  const verified = isLate ? await verifyMessage(jws, { ...options, evidence: true }) : timely
  if (!verified.ok) return verified
  const incoming = readPayload(kind, verified.value, context.clock())
  return incoming.ok ? ok({ enrolment, incoming: incoming.value, isLate }) : incoming
}

/** Refuses `content-invalid` for a payload that does not fit its conversation. */
export function checkContent(
  { incoming }: Arrival,
  thread: ThreadRecord | undefined,
): Result<null, AgentRefusal> {
  if (incoming.kind === 'request') return checkRequest(incoming.payload)
  // A conversation that does not exist is refused for its place, not for its content.
  if (thread === undefined) return ok(null)
  const { requestId, amount } = thread.request
  if (incoming.payload.requestId !== requestId) {
    return err({ code: 'content-invalid', detail: 'requestId' })
  }
  switch (incoming.kind) {
    case 'menu':
      return checkMenu(incoming.payload.menu, checkedMoney(amount))
    case 'status':
      return checkStatus(incoming.payload, amount.currency)
    case 'receipt':
      return checkReceipt(incoming.payload, amount.currency)
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
): Result<Incoming, AgentRefusal> {
  const parsed = parsePayload(kind, message.payload)
  if (!parsed.ok) return err({ code: 'schema', detail: parsed.error.pointer })
  return ok({ kind, message, at, payload: parsed.value } as Incoming)
}

function isIncomingKind(kind: string): kind is IncomingKind {
  return INCOMING_KINDS.has(kind)
}
