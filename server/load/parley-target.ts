// The work of well-behaved creditors and their customers' agents, over two servers in turn. What was
// issued stands in stock until somebody negotiates about it or pays it.
import { randomUUID } from 'node:crypto'
import { Pool } from 'undici'
import { type EnrolledDebtor, laterDueDate } from '../bench/enrolled-debtors.ts'
import { type Issued, signAccept, signDecline } from '../bench/signed-answers.ts'
import type { Journal } from './journal.ts'
import type { Target } from './play-open-loop.ts'
import { type Tally, WorkFailed } from './tally.ts'
import type { WebhookReceiver } from './webhook-receiver.ts'

export type Work = 'issue' | 'negotiate' | 'pay'

/** In a hundred. More is issued than settled, so that the stock never runs out. */
export const WEIGHTS: Readonly<Record<Work, number>> = { issue: 54, negotiate: 26, pay: 20 }

const TIMEOUT_MS = 30_000
const CONNECTIONS = 256

export interface LoadCreditor {
  apiKey: string
  debtors: readonly EnrolledDebtor[]
}

/** A claim that nobody has settled yet. */
interface Open extends Issued {
  claimId: string
  apiKey: string
  reference: string
}

interface PaymentRequest {
  id: string
  signedRequest: string
  remittance: { reference: string }
}

export interface ParleyTarget extends Target<Work> {
  /** Where results go from now on; the delay of a webhook counts for the work that caused it. */
  tallyInto(tally: Tally): void
  journal: Journal
  close(): Promise<void>
}

export function createParleyTarget(world: {
  origins: readonly string[]
  creditors: readonly LoadCreditor[]
  receiver: WebhookReceiver
}): ParleyTarget {
  const { creditors, receiver } = world
  const pools = world.origins.map(
    (origin) =>
      new Pool(origin, {
        connections: CONNECTIONS,
        headersTimeout: TIMEOUT_MS,
        bodyTimeout: TIMEOUT_MS,
      }),
  )
  const stock: Open[] = []
  const journal: Journal = { issued: [], agreed: [], paid: [] }
  let turn = 0
  let tally: Tally | undefined

  async function post(request: {
    path: string
    type: string
    body: string
    apiKey?: string
  }): Promise<string> {
    const { path, type, body, apiKey } = request
    const reply = await nextOf(pools, turn++).request({
      ...{ method: 'POST', path, body },
      headers: {
        'content-type': type,
        ...(apiKey === undefined
          ? {}
          : { authorization: `Bearer ${apiKey}`, 'idempotency-key': randomUUID() }),
      },
    })
    const text = await reply.body.text()
    if (reply.statusCode >= 300) throw new WorkFailed(`${reply.statusCode} ${codeOf(text)}`)
    return text
  }

  function expectWebhook(type: string, claimId: string, dueAt: number): void {
    const into = tally
    receiver.onEvent(type, claimId, () => into?.done('webhook', performance.now() - dueAt))
  }

  function takeOpen(): Open {
    const taken = stock.shift()
    if (taken === undefined) throw new WorkFailed('nothing in stock')
    return taken
  }

  return {
    journal,
    tallyInto(next) {
      tally = next
    },

    async issue(dueAt) {
      const creditor = nextOf(creditors, turn)
      const debtor = nextOf(creditor.debtors, Math.floor(turn / creditors.length))
      const body = JSON.stringify({
        ...{ invoiceNumber: randomUUID(), debtorId: debtor.debtorId, dueDate: laterDueDate() },
        amount: { value: '120.50', currency: 'EUR' },
      })
      const { apiKey } = creditor
      const text = await post({ path: '/v1/payment-requests', type: JSON_TYPE, body, apiKey })
      const { id, signedRequest, remittance } = JSON.parse(text) as PaymentRequest
      journal.issued.push(id)
      expectWebhook('payment-request.issued', id, dueAt)
      const { key } = debtor
      const { reference } = remittance
      stock.push({ claimId: id, apiKey, reference, requestJws: signedRequest, key })
    },

    async negotiate(dueAt) {
      const open = takeOpen()
      const [path, type] = ['/parley/messages', 'application/jose']
      const menuJws = await post({ path, type, body: await signDecline(open) })
      await post({ path, type, body: await signAccept(open, menuJws) })
      journal.agreed.push(open.claimId)
      expectWebhook('negotiation.agreed', open.claimId, dueAt)
    },

    async pay(dueAt) {
      const { claimId, apiKey, reference } = takeOpen()
      const body = statementOf(reference)
      const path = `/v1/statements?account=${ACCOUNT}`
      const text = await post({ path, type: 'text/csv', body, apiKey })
      const { matched } = JSON.parse(text) as { matched: number }
      if (matched !== 1) throw new WorkFailed('not matched')
      journal.paid.push(claimId)
      expectWebhook('payment-request.settled', claimId, dueAt)
    },

    async close() {
      await Promise.all(pools.map((pool) => pool.close()))
    },
  }
}

const JSON_TYPE = 'application/json'

/** The account of every creditor of the run. */
export const ACCOUNT = 'NL91ABNA0417164300'

/** A bank's file with one payment in it. */
function statementOf(reference: string): string {
  const today = new Date().toISOString().slice(0, 10)
  return `booking_date,amount,currency,id,reference\n${today},120.50,EUR,${randomUUID()},${reference}\n`
}

function nextOf<T>(values: readonly T[], turn: number): T {
  return values[turn % values.length] as T
}

function codeOf(text: string): string {
  try {
    return (JSON.parse(text) as { code?: string }).code ?? ''
  } catch {
    return ''
  }
}
