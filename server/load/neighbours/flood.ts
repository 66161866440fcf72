// Creditors that send too much: one as fast as it is answered, invoices and long lists; and one whose
// webhooks lead nowhere, at a steady pace.
import { randomUUID } from 'node:crypto'
import { Pool } from 'undici'
import { laterDueDate } from '../../bench/enrolled-debtors.ts'
import { type Account, createCounter, type Neighbour, type Victims } from './neighbour.ts'

const CONNECTIONS = 128
/** Every so many requests a list. */
const LIST_EVERY = 8

const PACE_MS = 500

/** The neighbour that counts `201` for each invoice of the flood that the servers have taken. */
export const FLOOD = 'flood of one creditor'

export function startFlood({ origins, flooding }: Victims): Neighbour {
  const { add, counts } = createCounter()
  const pools = origins.map((origin) => new Pool(origin, { connections: CONNECTIONS }))
  let isStopped = false
  let sent = 0

  const list = {
    method: 'GET',
    path: '/v1/payment-requests?limit=200',
    headers: { authorization: `Bearer ${flooding.apiKey}` },
  } as const

  async function loop(pool: Pool): Promise<void> {
    while (!isStopped) {
      try {
        const reply = await pool.request(sent++ % LIST_EVERY === 0 ? list : invoiceOf(flooding))
        await reply.body.dump()
        add(String(reply.statusCode))
      } catch (error) {
        add((error as { code?: string }).code ?? 'error')
      }
    }
  }

  const loops = pools.flatMap((pool) => Array.from({ length: CONNECTIONS }, () => loop(pool)))
  return {
    async stop() {
      isStopped = true
      await Promise.all(loops)
      await Promise.all(pools.map((pool) => pool.close()))
      return { name: FLOOD, counts }
    },
  }
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
