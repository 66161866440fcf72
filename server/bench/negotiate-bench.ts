// Whole negotiations over HTTP: the agent declines the first menu, gets the next and accepts from it;
// every message is signed, verified and committed. Against as many signatures, verifications and
// commits over the same HTTP with nothing else.
import { generateSigningKey, type SigningKey, signMessage, typOf } from '@parley/sdk/protocol'
import { Pool } from 'undici'
import { type EnrolledDebtor, enrolDebtors, laterDueDate, post } from './enrolled-debtors.ts'
import type { Rate } from './issue-bench.ts'
import { median } from './load.ts'
import { createCreditor, startCeiling, startParley } from './processes.ts'
import { type Issued, signAccept, signDecline } from './signed-answers.ts'

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
async function negotiate(send: Send, issued: Issued): Promise<Sizes> {
  const decline = await signDecline(issued)
  const menuJws = await send('/parley/messages', 'application/jose', decline)
  const accept = await signAccept(issued, menuJws)
  const agreement = await send('/parley/messages', 'application/jose', accept)
  if (!agreement.includes('"signatures"')) throw new Error(`no agreement: ${agreement}`)
  return {
    ...{ decline: decline.length, menu: menuJws.length },
    ...{ accept: accept.length, agreement: agreement.length },
  }
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
