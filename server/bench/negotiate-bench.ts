// Whole negotiations over HTTP: the agent declines the first menu, gets the next and accepts from it;
// every message is signed, verified and committed. Against as many signatures, verifications and
// commits over the same HTTP with nothing else.
import {
  AGREEMENT_TYP,
  agreementSignature,
  choosePlan,
  deriveAgreement,
  generateSigningKey,
  type MenuMessage,
  parseAmount,
  peekClaims,
  type RequestMessage,
  type SigningKey,
  signingInputHash,
  signMessage,
  typOf,
} from '@parley/sdk/protocol'
import { Pool } from 'undici'
import {
  type EnrolledDebtor,
  enrolDebtors,
  laterDueDate,
  post,
  randomName,
} from './enrolled-debtors.ts'
import type { Rate } from './issue-bench.ts'
import { median } from './load.ts'
import { createCreditor, startCeiling, startParley } from './processes.ts'

const ROUNDS = 5
const NEGOTIATIONS = 400
const CONCURRENCY = 32
const DEBTORS = 20

type Send = (path: string, type: string, body: string) => Promise<string>

/** How many bytes the real messages have. */
interface Sizes {
  decline: number
  menu: number
  accept: number
  agreement: number
}

/** Negotiations a second and the ratio to the ceiling. */
export async function benchNegotiate(databaseUrl: string): Promise<Rate> {
  const apiKey = await createCreditor(databaseUrl)
  const parley = await startParley(databaseUrl)
  const ceiling = await startCeiling(databaseUrl)
  const [parleyPool, ceilingPool] = [parley, ceiling].map(
    ({ origin }) => new Pool(origin, { connections: CONCURRENCY }),
  ) as [Pool, Pool]
  try {
    const debtors = await enrolDebtors(parley.origin, apiKey, DEBTORS)
    const key = await generateSigningKey('ES256')
    const json = { 'content-type': 'application/json' }
    await post(`${ceiling.origin}/agent-key`, json, JSON.stringify(key.publicJwk))
    const [ratios, rates]: [number[], number[]] = [[], []]
    for (let round = 0; round <= ROUNDS; round++) {
      const issued = await issueAll({ origin: parley.origin, apiKey, debtors, round })
      const [first] = issued
      if (first === undefined) throw new Error('nothing was issued')
      const sizes = await negotiate(sendWith(parleyPool), first)
      const rest = issued.slice(1)
      const bare = await rate(rest, () => negotiateBare(sendWith(ceilingPool), key, sizes))
      const ours = await rate(rest, (one) => negotiate(sendWith(parleyPool), one))
      // The first round warms both up.
      if (round === 0) continue
      ratios.push(ours / bare)
      rates.push(ours)
    }
    return { perSecond: median(rates), ratio: median(ratios) }
  } finally {
    await Promise.all([parleyPool.close(), ceilingPool.close()])
    await Promise.all([parley.stop(), ceiling.stop()])
  }
}

interface Issued {
  requestJws: string
  key: SigningKey
}

async function issueAll(to: {
  origin: string
  apiKey: string
  debtors: readonly EnrolledDebtor[]
  round: number
}): Promise<Issued[]> {
  const { origin, apiKey, debtors, round } = to
  const numbers = Array.from({ length: NEGOTIATIONS + 1 }, (_, n) => n)
  const issued: Issued[] = []
  await inParallel(numbers, async (n) => {
    const debtor = debtors[n % debtors.length]
    if (debtor === undefined) throw new Error('there are no debtors')
    const invoiceNumber = `N-${round}-${n}`
    const headers = {
      authorization: `Bearer ${apiKey}`,
      'content-type': 'application/json',
      'idempotency-key': invoiceNumber,
    }
    const invoice = {
      ...{ invoiceNumber, debtorId: debtor.debtorId, dueDate: laterDueDate() },
      amount: { value: '120.50', currency: 'EUR' },
    }
    const reply = await post(`${origin}/v1/payment-requests`, headers, JSON.stringify(invoice))
    const { signedRequest } = JSON.parse(reply) as { signedRequest: string }
    issued.push({ requestJws: signedRequest, key: debtor.key })
  })
  return issued
}

async function rate<T>(items: readonly T[], work: (item: T) => Promise<unknown>): Promise<number> {
  const started = performance.now()
  await inParallel(items, work)
  return items.length / ((performance.now() - started) / 1000)
}

async function inParallel<T>(
  items: readonly T[],
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const left = items.values()
  const loop = async () => {
    for (const item of left) await work(item)
  }
  await Promise.all(Array.from({ length: CONCURRENCY }, loop))
}

function sendWith(pool: Pool): Send {
  return async (path, type, body) => {
    const reply = await pool.request({
      ...{ method: 'POST', path, body },
      headers: { 'content-type': type },
    })
    const text = await reply.body.text()
    if (reply.statusCode !== 200) throw new Error(`${reply.statusCode} ${text}`)
    return text
  }
}

/** Plays one negotiation to its agreement. */
async function negotiate(send: Send, { requestJws, key }: Issued): Promise<Sizes> {
  const request = payloadOf<RequestMessage>(requestJws)
  const { requestId } = request
  const declined = await placeAfter(requestJws, request, 1)
  const decline = await signMessage(
    typOf('decline'),
    { ...declined, requestId, menuId: request.menu.menuId, nothingAcceptable: false },
    key,
  )
  const menuJws = await send('/parley/messages', 'application/jose', decline)
  const accept = await acceptOf({ request, menuJws, key })
  const agreement = await send('/parley/messages', 'application/jose', accept)
  if (!agreement.includes('"signatures"')) throw new Error(`no agreement: ${agreement}`)
  return {
    ...{ decline: decline.length, menu: menuJws.length },
    ...{ accept: accept.length, agreement: agreement.length },
  }
}

async function acceptOf(said: {
  request: RequestMessage
  menuJws: string
  key: SigningKey
}): Promise<string> {
  const { request, menuJws, key } = said
  const { menu } = payloadOf<MenuMessage>(menuJws)
  const row = menu.rows.at(-1)
  const plan = row && choosePlan(menu, row.rowId, row.firstDueTo)
  const principal = parseAmount(request.amount)
  if (row === undefined || !plan?.ok || !principal.ok) throw new Error('nothing to accept')
  const claims = await placeAfter(menuJws, request, 3)
  const facts = { request, principal: principal.value, plan: plan.value, answer: claims }
  const { agreement, bytes } = await deriveAgreement(facts)
  const body = {
    ...{ requestId: request.requestId, menuId: menu.menuId, rowId: row.rowId },
    ...{ firstDueDate: row.firstDueTo, planHash: agreement.planHash },
    agreementSignature: await agreementSignature(bytes, AGREEMENT_TYP, key),
  }
  return await signMessage(typOf('accept'), { ...claims, ...body }, key)
}

async function placeAfter(jws: string, request: RequestMessage, seq: number) {
  const now = Math.floor(Date.now() / 1000)
  const { aud, iss, sub, thr } = request
  const place = { iss: aud, aud: iss, sub, thr, seq, prev: await signingInputHash(jws) }
  return { ver: '1.0', ...place, jti: randomName(), iat: now, exp: now + 900 } as const
}

function payloadOf<T>(jws: string): T {
  const peeked = peekClaims(jws)
  if (!peeked.ok) throw new Error(`not decodable: ${peeked.error.code}`)
  return peeked.value.payload as T
}

/** As many signatures, verifications and commits: 3 by the agent, 3 of them verified, 2 by the server. */
async function negotiateBare(send: Send, key: SigningKey, sizes: Sizes): Promise<void> {
  const signed = (bytes: number) =>
    signMessage(typOf('decline'), { padding: 'x'.repeat(payloadBytes(bytes)) }, key)
  const answer = (messages: string[], reply: number) =>
    send(
      '/answer',
      'application/json',
      JSON.stringify({ signed: messages, replyBytes: payloadBytes(reply) }),
    )
  await answer([await signed(sizes.decline)], sizes.menu)
  await answer([await signed(sizes.accept), await signed(sizes.agreement)], sizes.agreement)
}

/** What a compact JWS of so many bytes carries, about: base64url takes a third more. */
function payloadBytes(jwsBytes: number): number {
  return Math.max(1, Math.floor((jwsBytes - 250) * 0.75))
}
