import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import type { Answer, Call } from '../../src/http/operation.ts'
import { statementOperations } from '../../src/http/operations/statements.ts'
import { camtNotification, type NotifiedPayment } from '../support/camt-notification.ts'
import { openFileWorld } from '../support/file-world.ts'
import { addCreditor, IBAN, issueHundred } from '../support/money-world.ts'

const world = await openFileWorld()

async function call(operation: string, change: Partial<Call>): Promise<Answer> {
  const handler = statementOperations(world.deps)[operation]
  if (handler === undefined) throw new Error(`no handler ${operation}`)
  return await handler({
    creditorId: world.creditorId,
    params: {},
    query: { limit: 50 },
    body: undefined,
    bytes: Buffer.alloc(0),
    stream: undefined,
    method: 'POST',
    target: '/',
    headers: new Map(),
    accepts: () => '',
    contentType: '',
    idempotency: { key: '', requestHash: Buffer.alloc(0) },
    remoteAddress: '127.0.0.1',
    requestId: 'request-1',
    ...change,
  })
}

/** The status and the JSON of an answer; the code of a refusal instead. */
function read(answer: Answer) {
  if (!answer.ok) return { code: answer.error.code }
  const { status, body } = answer.value
  return { status, body: typeof body === 'string' ? JSON.parse(body) : body }
}

async function upload(payments: readonly NotifiedPayment[], key: string) {
  const bytes = Buffer.from(camtNotification(IBAN, payments))
  const requestHash = createHash('sha256').update(bytes).digest()
  const contentType = 'application/xml'
  const idempotency = { key, requestHash }
  return read(await call('uploadStatement', { bytes, contentType, idempotency }))
}

const list = async (query: Call['query'], creditorId = world.creditorId) =>
  read(await call('listBankTransactions', { query: { limit: 50, ...query }, creditorId }))

describe('uploadStatement', () => {
  it('answers with what the file brought, and the same again for the same key', async () => {
    const { reference } = await issueHundred(world)
    const payments = [
      { amount: '100.00', bankReference: 'B1', reference },
      { amount: '1.00', bankReference: 'B2' },
    ]
    const reply = {
      status: 200,
      body: {
        statements: 1,
        transactions: 2,
        information: 0,
        alreadyImported: 0,
        matched: 1,
        unmatched: 1,
        reversals: 0,
        possibleDuplicates: 0,
        problems: [],
      },
    }
    expect(await upload(payments, 'one')).toEqual(reply)
    expect(await upload(payments, 'one')).toEqual(reply)
    expect(await upload(payments, 'two')).toMatchObject({
      body: { alreadyImported: 2, matched: 0, unmatched: 0 },
    })
  })

  it('refuses a key that was used with another file', async () => {
    await upload([{ amount: '1.00', bankReference: 'B1' }], 'one')
    expect(await upload([{ amount: '2.00', bankReference: 'B2' }], 'one')).toEqual({
      code: 'idempotency-key-reuse',
    })
  })

  it('refuses what is no statement', async () => {
    expect(read(await call('uploadStatement', { bytes: Buffer.from('{}') }))).toEqual({
      code: 'statement-invalid',
    })
  })
})

describe('listBankTransactions', () => {
  it('shows a booking with the claims that a person may look at', async () => {
    const { claimId } = await issueHundred(world)
    await upload([{ amount: '100.00', bankReference: 'B1' }], 'one')
    expect(await list({})).toEqual({
      status: 200,
      body: {
        data: [
          {
            id: expect.stringMatching(/^bt_/),
            amount: { value: '100.00', currency: 'EUR' },
            direction: 'credit',
            bookingDate: '2026-03-10',
            state: 'unmatched',
            reason: 'no-reference',
            paymentRequestId: null,
            candidates: [
              {
                paymentRequestId: claimId,
                score: 35,
                reasons: ['same-outstanding-amount', 'near-due-day'],
              },
            ],
          },
        ],
        nextCursor: null,
      },
    })
  })

  it('pages through all of them, the newest first, each once', async () => {
    for (const bankReference of ['B1', 'B2', 'B3', 'B4', 'B5']) {
      await upload([{ amount: '1.00', bankReference }], bankReference)
      world.pass(1)
    }
    const seen: string[] = []
    let cursor: string | undefined
    do {
      const { body } = await list({ limit: 2, cursor })
      seen.push(...body.data.map(({ id }: { id: string }) => id))
      cursor = body.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(seen).toHaveLength(5)
    expect(seen).toEqual([...new Set(seen)].toSorted().toReversed())
  })

  it('leaves out other states and other creditors', async () => {
    const { claimId, reference } = await issueHundred(world)
    await upload([{ amount: '1.00', bankReference: 'B1', reference }], 'one')
    await upload([{ amount: '1.00', bankReference: 'B2' }], 'two')
    const matched = await list({ state: 'matched' })
    expect(matched.body.data).toMatchObject([{ state: 'matched', paymentRequestId: claimId }])
    expect((await list({}, await addCreditor(world))).body.data).toEqual([])
  })
})
