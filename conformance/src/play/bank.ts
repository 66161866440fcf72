// A bank, played towards a creditor's server: it publishes its keys, asks for leases and reports.
import type { Transcript } from '../run/transcript.ts'
import type { Reply, Send } from '../wire/client.ts'
import { goodHop, type HopRequest, type HopWish, signHop } from '../wire/hop.ts'
import { type Claims, sha256, signMessage } from '../wire/jws.ts'
import { drawKey, type PartyKey } from '../wire/keys.ts'
import type { Seeded } from '../wire/seeded.ts'
import { type Host, jsonAnswer, openHost } from './host.ts'

/** A key as a set lists it; what a case adds or changes. */
export type ListedKey = Readonly<Record<string, unknown>>

export interface PlayedBank {
  readonly host: Host
  readonly key: PartyKey
  /** From now on these keys are published. */
  publish(keys: readonly ListedKey[]): void
  /** The bank's own key as a set lists it. */
  listed(key?: PartyKey): ListedKey
  /** How often its keys were fetched. */
  fetches(): number
  /** Signs a message at the first place of a line's thread, or at `place`. */
  sign(payment: PaymentWish, claims?: Partial<Claims>): string
  /** Posts it with the signature of its hop, which `spoil` may change. */
  post(jws: string, spoil?: (hop: HopWish) => HopWish): Promise<Reply>
  /** The request of a post, to be signed by a case itself. */
  request(jws: string): HopRequest
  /** Posts exactly these headers. */
  postWith(jws: string, headers: Readonly<Record<string, string>>): Promise<Reply>
  close(): Promise<void>
}

export interface PaymentWish {
  // biome-ignore lint/suspicious/noExplicitAny: an agreement that the system under test signed.
  readonly agreement: any
  readonly line?: number
  readonly status: 'ACCP' | 'PDNG' | 'ACSC' | 'RJCT'
  readonly fencing?: number
  readonly place?: { readonly seq: number; readonly prev: string | null }
  readonly key?: PartyKey
  readonly members?: object
}

export interface BankParts {
  readonly send: Send
  readonly seeded: Seeded
  readonly now: () => number
  readonly transcript: Transcript
  readonly server: string
  readonly messagesUrl: string
}

/** Opens a bank on loopback. */
export async function openBank(parts: BankParts): Promise<PlayedBank> {
  const { send, seeded, now, transcript, server, messagesUrl } = parts
  const key = await drawKey(seeded, 'ES256')
  const host = await openHost('bank', transcript)
  let keys: readonly ListedKey[] = []
  const listed = (one: PartyKey = key): ListedKey => ({
    ...one.publicJwk,
    ...{ kid: one.kid, alg: one.alg, use: 'sig' },
  })
  const publish = (next: readonly ListedKey[]) => {
    keys = next
    host.answerWith(() => jsonAnswer(metadataOf(parts, host.origin, key, keys)))
  }
  publish([listed()])
  const request = (jws: string): HopRequest => ({
    ...{ method: 'POST', url: messagesUrl, body: jws },
    headers: { 'content-type': 'application/jose' },
  })
  const postWith = (jws: string, headers: Readonly<Record<string, string>>) =>
    send({ url: messagesUrl, body: jws, headers, as: 'bank' })
  return {
    host,
    key,
    publish,
    listed,
    request,
    postWith,
    fetches: () => host.received.filter(({ target }) => target.startsWith('/.well-known/')).length,
    sign(
      { agreement, line = 1, status, fencing, place, key: by = key, members = {} },
      claims = {},
    ) {
      const planned = agreement.lines[line - 1]
      const common = {
        ...{ ver: '1.0', iss: host.origin, aud: server, sub: agreement.sub, jti: seeded.id() },
        ...{ iat: now(), exp: now() + 600 },
        thr: sha256(`parley-payment:${agreement.agreementId}:${line}`),
        ...(place ?? { seq: 0, prev: null }),
      }
      const payment = {
        ...{ requestId: agreement.requestId, agreementId: agreement.agreementId, line, status },
        ...{ amount: planned.amount, endToEndId: planned.endToEndId },
        ...(fencing === undefined ? {} : { fencing }),
      }
      return signMessage('payment', { ...common, ...payment, ...members, ...claims }, by)
    },
    post(jws, spoil = (hop) => hop) {
      const bare = request(jws)
      const hop = goodHop(bare, { key, now: now(), nonce: seeded.id() })
      return postWith(jws, signHop(bare, spoil(hop), key))
    },
    close: () => host.close(),
  }
}

/** What a bank publishes about itself; `keys` are listed as they stand. */
export function metadataOf(
  { seeded, now }: Pick<BankParts, 'seeded' | 'now'>,
  origin: string,
  key: PartyKey,
  keys: readonly ListedKey[],
): object {
  const facts = {
    ...{ roles: ['bank'], versions: ['1.0'], algorithms: ['ES256', 'Ed25519'] },
    ...{
      jwks: { keys },
      endpoints: {},
      capabilities: ['lease'],
      limits: { maxMessageBytes: 65_536 },
    },
  }
  const common = {
    ...{ ver: '1.0', iss: origin, aud: 'urn:parley:anyone', sub: origin, jti: seeded.id() },
    ...{ iat: now(), exp: now() + 86_400, thr: seeded.id(), seq: 0, prev: null },
  }
  const signedMetadata = signMessage('meta', { ...common, ...facts }, key)
  return { issuer: origin, ...facts, signedMetadata }
}
