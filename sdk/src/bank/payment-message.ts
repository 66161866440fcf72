// The bank's conversation with a creditor about one line: payment messages out, statuses back. Every
// message follows the creditor's last one; nothing is believed that does not answer ours.

import { postMessage } from '../peer/post-message.ts'
import { toBase64Url } from '../protocol/encoding.ts'
import type { StatusMessage } from '../protocol/generated/messages.ts'
import { sha256Base64Url, signingInputHash } from '../protocol/hash.ts'
import { signHop } from '../protocol/hop/sign-hop.ts'
import { JOSE_MEDIA_TYPE, parsePayload, typOf } from '../protocol/messages.ts'
import { signMessage } from '../protocol/sign.ts'
import { verifyMessage } from '../protocol/verify.ts'
import type { BankContext } from './context.ts'
import type { AgreementRecord, LineRecord, OutgoingMessage } from './customer.ts'

/** What came back for a payment message. */
export type PaymentReply =
  | {
      readonly kind: 'status'
      readonly status: StatusMessage
      readonly head: { readonly seq: number; readonly hash: string }
    }
  /** Nothing known; the same bytes have to go out again. */
  | { readonly kind: 'later'; readonly code: string }
  /** The creditor did not take the message. */
  | { readonly kind: 'refused'; readonly code: string }

/** A line and the agreement that it belongs to. */
export interface LineOfAgreement {
  readonly agreement: AgreementRecord
  readonly line: LineRecord
}

/** Long enough for a retry after an outage to send the same bytes. */
const MESSAGE_LIFETIME_SECONDS = 86_400

/** Refusals that say that the creditor has not taken the message and never will. */
export const EXPIRED_CODES: ReadonlySet<string> = new Set(['expired', 'too-old'])

/**
 * The thread of a line: base64url SHA-256 of `parley-payment:<agreementId>:<line>`, so that every
 * instance of the bank names it alike.
 */
export function paymentThread(agreementId: string, line: number): Promise<string> {
  return sha256Base64Url(`parley-payment:${agreementId}:${line}`)
}

/** Signs the next payment message of a line, valid for a day. */
export async function signPayment(
  context: BankContext,
  { agreement, line }: LineOfAgreement,
  { status, code }: Pick<OutgoingMessage, 'status' | 'code'>,
): Promise<OutgoingMessage> {
  const now = context.clock()
  const seq = (line.head?.seq ?? -1) + 1
  const payload = {
    ver: '1.0',
    iss: context.issuer,
    aud: agreement.issuer,
    sub: agreement.sub,
    jti: toBase64Url(context.randomBytes(16)),
    iat: now,
    exp: now + MESSAGE_LIFETIME_SECONDS,
    thr: await paymentThread(agreement.agreementId, line.line),
    seq,
    prev: line.head?.hash ?? null,
    requestId: agreement.requestId,
    agreementId: agreement.agreementId,
    line: line.line,
    status,
    amount: line.amount,
    endToEndId: line.endToEndId,
    ...(line.fencing === null || status === 'ACCP' ? {} : { fencing: line.fencing }),
    ...(code === null ? {} : { reason: { code } }),
  }
  const jws = await signMessage(typOf('payment'), payload, context.key)
  return { jws, hash: await signingInputHash(jws), seq, status, code }
}

/**
 * Sends a signed payment message to the creditor and reads the status that answers it. Every try is
 * signed as a hop of its own. Spec: HOP-01, HOP-07.
 */
export async function sendPayment(
  context: BankContext,
  { agreement, line }: LineOfAgreement,
  outgoing: OutgoingMessage,
): Promise<PaymentReply> {
  const { issuer } = agreement
  const metadata = await context.directory.metadata(issuer)
  if (!metadata.ok) return { kind: 'later', code: metadata.error.code }
  const url = metadata.value.endpoints.messages ?? ''
  if (URL.parse(url)?.origin !== issuer) return { kind: 'later', code: 'address' }
  const reply = await postMessage(context.fetch, {
    url,
    body: outgoing.jws,
    mediaType: JOSE_MEDIA_TYPE,
    signHop: (request) =>
      signHop(request, {
        key: context.key,
        now: context.clock(),
        nonce: toBase64Url(context.randomBytes(16)),
      }),
  })
  if (reply.kind === 'problem') {
    // A hop that was refused says nothing about the message in it, and a clock that is ahead of the
    // creditor's is right in a while: the same bytes go out again.
    const isEarly = reply.code === 'iat' || reply.code.startsWith('hop-')
    const kind = isEarly ? 'later' : 'refused'
    return { kind, code: reply.code }
  }
  if (reply.kind === 'later') return { kind: 'later', code: reply.code }
  if (reply.kind !== 'jose') return { kind: 'later', code: 'reply-unexpected' }
  return readStatus(context, { agreement, line }, { outgoing, jws: reply.jws })
}

async function readStatus(
  context: BankContext,
  { agreement, line }: LineOfAgreement,
  { outgoing, jws }: { readonly outgoing: OutgoingMessage; readonly jws: string },
): Promise<PaymentReply> {
  const options = {
    typ: typOf('status'),
    keys: context.directory.resolveKey,
    now: context.clock(),
    audience: context.issuer,
    issuer: agreement.issuer,
    allowLoopbackHttp: context.allowLoopbackHttp,
  }
  const timely = await verifyMessage(jws, options)
  // The first answer to a message may be fetched again later; it is bound to that message by `prev`.
  const isLate = !timely.ok && timely.error.code === 'expired'
  const verified = isLate ? await verifyMessage(jws, { ...options, evidence: true }) : timely
  if (!verified.ok) return { kind: 'later', code: verified.error.code }
  const { payload, hash } = verified.value
  const parsed = parsePayload('status', payload)
  if (!parsed.ok) return { kind: 'later', code: 'schema' }
  const isAnswer =
    payload.thr === (await paymentThread(agreement.agreementId, line.line)) &&
    payload.seq === outgoing.seq + 1 &&
    payload.prev === outgoing.hash &&
    payload.sub === agreement.sub &&
    parsed.value.requestId === agreement.requestId
  if (!isAnswer) return { kind: 'later', code: 'reply-unexpected' }
  return { kind: 'status', status: parsed.value, head: { seq: payload.seq, hash } }
}
