// Who sends too much, and may send: a creditor and an agent as fast as they are answered; and a creditor whose
// webhooks lead nowhere, at a steady pace.
import { randomUUID } from 'node:crypto'
import { Pool } from 'undici'
import { laterDueDate } from '../../bench/enrolled-debtors.ts'
import { startClosedLoop } from './closed-loop.ts'
import { type Account, createCounter, type Neighbour, type Victims } from './neighbour.ts'

/** Every so many requests a list. */
const LIST_EVERY = 8

const PACE_MS = 500

/** The neighbour that counts `201` for each invoice of the flood that the servers have taken. */
export const FLOOD = 'flood of one creditor'

export function startFlood({ origins, flooding }: Victims): Neighbour {
  let sent = 0
  const list = {
    method: 'GET',
    path: '/v1/payment-requests?limit=200',
    headers: { authorization: `Bearer ${flooding.apiKey}` },
  } as const
  return startClosedLoop(FLOOD, origins, () =>
    sent++ % LIST_EVERY === 0 ? list : invoiceOf(flooding),
  )
}

/** An agent that looks into its inbox and sends its enrolment again, as fast as it is answered. */
export function startAgentFlood({ origins, agent }: Victims): Neighbour {
  let sent = 0
  const pull = { method: 'GET', path: agent.inbox } as const
  const enrolment = {
    ...{ method: 'POST', path: '/parley/enrolments', body: agent.enrolment },
    headers: { 'content-type': 'application/jose' },
  } as const
  return startClosedLoop('flood of one agent', origins, () => (sent++ % 2 === 0 ? pull : enrolment))
}

/** Somebody with a key that no creditor has, as fast as it is answered. */
export function startWrongKeys({ origins }: Victims): Neighbour {
  const list = {
    ...{ method: 'GET', path: '/v1/payment-requests' },
    headers: { authorization: `Bearer ${randomUUID()}` },
  } as const
  return startClosedLoop('flood with a wrong key', origins, () => list)
}

/** Two invoices a second, whose events go to receivers that hang, bomb, drip and refuse. */
export function startUnreachable({ origins, unreachable }: Victims): Neighbour {
  const { add, counts } = createCounter()
  const pool = new Pool(origins[0] ?? '')
  const issue = async () => {
    const reply = await pool.request(invoiceOf(unreachable))
    await reply.body.dump()
    add(String(reply.statusCode))
  }
  const timer = setInterval(() => void issue().catch(() => add('error')), PACE_MS)
  return {
    async stop() {
      clearInterval(timer)
      await pool.close()
      return { name: 'webhooks that lead nowhere', counts }
    },
  }
}

function invoiceOf({ apiKey, debtorId }: Account) {
  return {
    method: 'POST',
    path: '/v1/payment-requests',
    headers: {
      ...{ authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
      'idempotency-key': randomUUID(),
    },
    body: JSON.stringify({
      ...{ invoiceNumber: randomUUID(), debtorId, dueDate: laterDueDate() },
      amount: { value: '9.90', currency: 'EUR' },
    }),
  } as const
}
