// A creditor as a bank sees it, in a run by chance: it grants one lease a line, takes reports under it,
// and writes down what no bank may do. What the bank's bugs would be are faults here, not refusals.
import {
  encodeUtf8,
  type JwkSet,
  type PaymentMessage,
  parsePayload,
  type SigningKey,
  signingInputHash,
  signMessage,
  typOf,
  verifyMessage,
} from '../../src/protocol/index.ts'
import { CREDITOR_ORIGIN } from './fixtures.ts'
import { freshId } from './peer-threads.ts'

/** What the creditor believes of one line. */
interface DeskLine {
  readonly hashes: string[]
  fencing: number
  leasedUntil: number
  state: 'free' | 'leased' | 'pending' | 'settled'
  readonly reports: string[]
}

export interface LeaseDesk {
  serve(request: Request): Promise<Response>
  /** What the bank did that it must not. */
  readonly faults: string[]
  /** The reports that were taken, by end-to-end id. */
  reportsOf(endToEndId: string): readonly string[]
}

/** Opens a desk. `isLax` grants every lease that is asked for: then all rests on the bank. */
export function createLeaseDesk(options: {
  readonly key: SigningKey
  readonly bankKeys: JwkSet
  readonly clock: () => number
  readonly isLax: boolean
  readonly leaseSeconds: number
}): LeaseDesk {
  const { key, clock } = options
  const jwks = { keys: [{ ...key.publicJwk, kid: key.kid, use: 'sig' as const }] }
  const lines = new Map<string, DeskLine>()
  const byPayment = new Map<string, DeskLine>()
  const replies = new Map<string, string>()
  const faults: string[] = []

  async function metadata(): Promise<Response> {
    const statements = {
      ...{ roles: ['creditor'], versions: ['1.0'], algorithms: ['ES256', 'Ed25519'], jwks },
      endpoints: { messages: `${CREDITOR_ORIGIN}/parley/messages` },
      ...{ capabilities: [], limits: {} },
    }
    const claims = {
      ...{ ver: '1.0', iss: CREDITOR_ORIGIN, aud: 'urn:parley:anyone', sub: CREDITOR_ORIGIN },
      ...{ jti: freshId(), iat: clock(), exp: clock() + 3600, thr: freshId(), seq: 0, prev: null },
    }
    const signedMetadata = await signMessage(typOf('meta'), { ...claims, ...statements }, key)
    return Response.json({ issuer: CREDITOR_ORIGIN, ...statements, signedMetadata })
  }

  function lineOf({ thr, endToEndId }: PaymentMessage): DeskLine {
    const known = lines.get(thr)
    if (known !== undefined) return known
    const line: DeskLine = { hashes: [], fencing: 0, leasedUntil: 0, state: 'free', reports: [] }
    lines.set(thr, line)
    byPayment.set(endToEndId, line)
    return line
  }

  /** The lease as it is after the message, or a refusal. */
  function decide(line: DeskLine, payment: PaymentMessage): object | 'lease-fencing' {
    const { status, fencing } = payment
    if (status === 'ACCP') {
      const isHeld = line.state === 'leased' && line.leasedUntil > clock()
      const isBusy = line.state === 'pending' || line.state === 'settled'
      if (isBusy) faults.push(`a lease was asked for in state ${line.state}`)
      if (!options.isLax && (isHeld || isBusy)) return { granted: false, reason: { code: 'LOCK' } }
      line.fencing += 1
      line.leasedUntil = clock() + options.leaseSeconds
      line.state = 'leased'
      return { granted: true, fencing: line.fencing, until: line.leasedUntil }
    }
    if (fencing !== line.fencing) {
      faults.push(`${status} came under lease ${String(fencing)} of ${line.fencing}`)
      return 'lease-fencing'
    }
    line.reports.push(status)
    line.state = status === 'PDNG' ? 'pending' : status === 'ACSC' ? 'settled' : 'free'
    return { granted: status !== 'RJCT', fencing: line.fencing, until: line.leasedUntil }
  }

  async function take(jws: string): Promise<Response> {
    const known = replies.get(jws)
    if (known !== undefined) return jose(known)
    const verified = await verifyMessage(jws, {
      ...{ typ: typOf('payment'), keys: options.bankKeys, now: clock(), audience: CREDITOR_ORIGIN },
    })
    if (!verified.ok)
      return problem(verified.error.code === 'expired' ? 410 : 401, verified.error.code)
    const { payload, hash } = verified.value
    const parsed = parsePayload('payment', payload)
    if (!parsed.ok) return problem(400, 'schema')
    const payment = parsed.value
    const line = lineOf(payment)
    if (payload.seq !== line.hashes.length || payload.prev !== (line.hashes.at(-1) ?? null)) {
      faults.push(`a message at ${payload.seq} came where ${line.hashes.length} is next`)
      return problem(409, 'sequence')
    }
    const lease = decide(line, payment)
    if (lease === 'lease-fencing') return problem(409, lease)
    const { thr, sub, requestId, agreementId } = payment
    const reply = await signMessage(
      typOf('status'),
      {
        ...{ ver: '1.0', iss: CREDITOR_ORIGIN, aud: payload.iss, sub, jti: freshId() },
        ...{ iat: clock(), exp: clock() + 86_400, thr, seq: payload.seq + 1, prev: hash },
        ...{ requestId, agreementId, claim: 'open', conversation: 'agreed' },
        outstanding: payment.amount,
        lease: { line: payment.line, ...lease },
      },
      key,
    )
    line.hashes.push(hash, await signingInputHash(reply))
    replies.set(jws, reply)
    return jose(reply)
  }

  // Messages are taken one after the other, as in a transaction.
  let turn: Promise<unknown> = Promise.resolve()
  function inTurn(jws: string): Promise<Response> {
    const taken = turn.then(() => take(jws))
    turn = taken.catch(() => undefined)
    return taken
  }

  return {
    faults,
    reportsOf: (endToEndId) => byPayment.get(endToEndId)?.reports ?? [],
    async serve(request) {
      return request.method === 'GET' ? metadata() : inTurn(await request.text())
    },
  }
}

function jose(jws: string): Response {
  return new Response(encodeUtf8(jws), { headers: { 'content-type': 'application/jose' } })
}

function problem(status: number, code: string): Response {
  const body = JSON.stringify({ type: 'about:blank', title: code, status, code })
  return new Response(body, { status, headers: { 'content-type': 'application/problem+json' } })
}
