// Signs the next message of a thread outside any transaction. storage/threads.ts appends it, and
// refuses when the thread has moved on meanwhile; the caller then decides again.
import {
  type CommonClaims,
  type MessageByKind,
  type MessageKind,
  signingInputHash,
  toBase64Url,
  typOf,
} from '@parley/sdk/protocol'
import type { PreparedMessage, Thread } from '../storage/threads.ts'
import type { Deps } from './deps.ts'

/** How long a message without a term of its own may be acted on: 30 days. */
export const DEFAULT_LIFETIME_SECONDS = 30 * 86_400

export type MessageBody<K extends MessageKind> = Omit<MessageByKind[K], keyof CommonClaims>

export interface NextMessage<K extends MessageKind> {
  thread: Pick<Thread, 'creditorId' | 'thr' | 'peerIss' | 'sub' | 'lastSeq' | 'lastHash'>
  kind: K
  body: MessageBody<K>
  now: number
  expiresAt?: number
  /** How many messages of ours were prepared after `lastSeq` already in the same decision. */
  after?: PreparedMessage
}

/** Builds the claims of the thread's next message and signs them. */
export async function prepareMessage<K extends MessageKind>(
  deps: Pick<Deps, 'signer' | 'ids' | 'publicUrl'>,
  next: NextMessage<K>,
): Promise<PreparedMessage> {
  const { thread, kind, body, now, after } = next
  const claims: CommonClaims = {
    ver: '1.0',
    iss: deps.publicUrl,
    aud: thread.peerIss,
    sub: thread.sub,
    jti: toBase64Url(deps.ids.randomBytes(16)),
    iat: now,
    exp: next.expiresAt ?? now + DEFAULT_LIFETIME_SECONDS,
    thr: thread.thr,
    seq: (after?.seq ?? thread.lastSeq) + 1,
    prev: after?.hash ?? thread.lastHash,
  }
  const typ = typOf(kind)
  const jws = await deps.signer.sign(typ, { ...claims, ...body })
  return {
    thr: thread.thr,
    seq: claims.seq,
    iss: claims.iss,
    jti: claims.jti,
    typ,
    hash: await signingInputHash(jws),
    jws,
  }
}
