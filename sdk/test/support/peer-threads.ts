// The threads of a creditor in small: what was said in each, and the signing of what comes next.

import { peekClaims } from '../../src/protocol/decode.ts'
import type { Menu, RequestMessage } from '../../src/protocol/generated/messages.ts'
import {
  type SigningKey,
  signingInputHash,
  signMessage,
  toBase64Url,
} from '../../src/protocol/index.ts'
import { type MessageKind, typOf } from '../../src/protocol/messages.ts'
import { MENU } from './fixtures.ts'

/** Where a message stands; given to a peer, it stands elsewhere than it should. */
export type Claims = { thr: string; seq: number; prev: string | null }

/** One conversation as the creditor sees it. */
export interface PeerThread {
  readonly sub: string
  readonly aud: string
  readonly hashes: string[]
  readonly request: RequestMessage | null
  menu: Menu | null
}

/** Who receives a request. */
export interface Receiver {
  readonly iss: string
  readonly aud?: string
  readonly sub: string
}

export type PeerThreads = ReturnType<typeof createPeerThreads>

let counter = 0
/** An id that no other message has. */
export const freshId = () =>
  toBase64Url(new TextEncoder().encode(`id-${String(++counter).padStart(13, '0')}`))

/** Opens, continues and revises conversations under one key. */
export function createPeerThreads({
  key,
  clock,
  origin,
  creditor,
}: {
  readonly key: SigningKey
  readonly clock: () => number
  readonly origin: string
  readonly creditor: RequestMessage['creditor']
}) {
  const threads = new Map<string, PeerThread>()
  const sign = (kind: MessageKind, payload: object) => signMessage(typOf(kind), payload, key)

  async function append(
    thr: string,
    kind: MessageKind,
    { body, claims = {} }: { body: object; claims?: Partial<Claims> },
  ): Promise<string> {
    const thread = threads.get(thr)
    if (thread === undefined) throw new Error(`no thread ${thr}`)
    const jws = await sign(kind, {
      ver: '1.0',
      iss: origin,
      aud: thread.aud,
      sub: thread.sub,
      jti: freshId(),
      iat: clock(),
      exp: clock() + 86_400,
      thr,
      seq: thread.hashes.length,
      prev: thread.hashes.at(-1) ?? null,
      ...(thread.request === null ? {} : { requestId: thread.request.requestId }),
      ...body,
      ...claims,
    })
    if (Object.keys(claims).length === 0) thread.hashes.push(await signingInputHash(jws))
    return jws
  }

  function requestFor({ iss, aud, sub }: Receiver, thr: string) {
    return {
      ...{ ver: '1.0', iss: origin, aud: aud ?? iss, sub, jti: freshId() },
      ...{ iat: clock(), exp: clock() + 86_400, thr, seq: 0, prev: null },
      requestId: `req_INV${String(counter)}`,
      revision: 1,
      creditor,
      amount: { value: '240.00', currency: 'EUR' },
      dueDate: '2026-03-16',
      timeZone: 'Europe/Berlin',
      remittance: { scheme: 'SCOR', reference: `RF18${String(counter).padStart(10, '0')}` },
      dunning: { level: 0, respondBy: clock() + 86_400, nextStep: 'human-channel' },
      menu: MENU,
    }
  }

  async function open(receiver: Receiver, changes: Partial<RequestMessage>): Promise<string> {
    const thr = freshId()
    const request = { ...requestFor(receiver, thr), ...changes } as RequestMessage
    const jws = await sign('request', request)
    threads.set(thr, {
      ...{ sub: receiver.sub, aud: receiver.iss, request, menu: request.menu },
      hashes: [await signingInputHash(jws)],
    })
    return jws
  }

  async function revise(thr: string, changes?: object, claims?: Partial<Claims>): Promise<string> {
    const thread = threads.get(thr)
    if (thread?.request == null) throw new Error('no such conversation')
    const { requestId, revision } = thread.request
    const body = {
      ...requestFor(thread.request, thr),
      requestId,
      revision: revision + 1,
      ...changes,
    }
    const { iss, aud, sub, jti, iat, exp, thr: _, seq, prev, ...members } = body as RequestMessage
    const jws = await append(thr, 'request', { body: members, ...(claims ? { claims } : {}) })
    const peeked = peekClaims(jws)
    if (peeked.ok && claims === undefined) {
      const request = peeked.value.payload as unknown as RequestMessage
      threads.set(thr, { ...thread, request, menu: request.menu })
    }
    return jws
  }

  return { threads, sign, append, requestFor, open, revise }
}
