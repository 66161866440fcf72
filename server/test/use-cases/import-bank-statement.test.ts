import { ANYONE, parsePayload, typOf, verifyMessage } from '@parley/sdk/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Store } from '../../src/storage/database.ts'
import { cancelPaymentRequest } from '../../src/use-cases/cancel-payment-request.ts'
import { camtNotification } from '../support/camt-notification.ts'
import {
  createMoneyWorld,
  IBAN,
  type MoneyWorld,
  OTHER_IBAN,
  START,
} from '../support/money-world.ts'
import { openTestStore } from '../support/test-store.ts'

const DAY = 86_400

let store: Store
let world: MoneyWorld

beforeAll(async () => {
  store = await openTestStore()
})
afterAll(async () => {
  await store.close()
})

/** Every test has creditors of its own: nothing of another test can match. */
async function fresh(): Promise<MoneyWorld> {
  world = await createMoneyWorld(store)
  return world
}

async function caseOf(claimId: string) {
  return await store.db
    .selectFrom('dunning_cases')
    .selectAll()
    .where('claim_id', '=', claimId)
    .executeTakeFirst()
}

async function outboxOf(queue: string, creditorId: string) {
  const rows = await store.db
    .selectFrom('outbox')
    .select('payload')
    .where('queue', '=', queue)
    .where('creditor_id', '=', creditorId)
    .orderBy('outbox_id')
    .execute()
  return rows.map(({ payload }) => payload)
}

const facts = ({ state, paid, overpaid }: { state: string; paid: bigint; overpaid: bigint }) => ({
  state,
  paid,
  overpaid,
})

describe('a payment with the reference of a claim', () => {
  it('settles the claim when it is exactly what is owed', async () => {
    const { issue, referenceOf, receive, claim, lines, payments, events } = await fresh()
    const claimId = await issue()
    expect(await caseOf(claimId)).toBeDefined()
    const reference = await referenceOf(claimId)

    expect(await receive({ amount: '100.00', bankReference: 'B1', reference })).toEqual({
      statements: 1,
      transactions: 1,
      alreadyImported: 0,
      matched: 1,
      unmatched: 0,
      reversals: 0,
    })

    expect(facts(await claim(claimId))).toEqual({ state: 'settled', paid: 10_000n, overpaid: 0n })
    expect((await lines(claimId)).map(({ paid }) => paid)).toEqual([10_000n])
    const [payment] = await payments(claimId)
    expect(payment).toMatchObject({
      amount: 10_000n,
      allocations: [{ line: 1, minor: 10_000n }],
      overpaid: 0n,
      receivedOn: '2026-12-02',
    })
    expect(await events(claimId)).toEqual([
      {
        type: 'payment.received',
        data: {
          paymentId: payment?.paymentId,
          amount: '100.00',
          currency: 'EUR',
          overpaid: '0.00',
          outstanding: '0.00',
        },
      },
      { type: 'receipt.issued', data: { receiptId: payment?.paymentId } },
      { type: 'payment-request.settled', data: { paymentId: payment?.paymentId } },
    ])
    expect(await caseOf(claimId)).toBeUndefined()
    expect(await outboxOf('thank-debtor', world.creditorId)).toEqual([
      { claimId, paymentId: payment?.paymentId },
    ])
    await world.checkSums(claimId)
  })

  it('gives the debtor a signed receipt as the next message of the thread', async () => {
    const { issue, referenceOf, receive, messages, publicJwk, deps } = await fresh()
    const claimId = await issue()
    await receive({ amount: '60.00', bankReference: 'B1', reference: await referenceOf(claimId) })

    const [request, receipt] = await messages(claimId)
    expect(receipt).toMatchObject({ seq: 1, typ: typOf('receipt') })
    const verified = await verifyMessage(receipt?.jws ?? '', {
      typ: typOf('receipt'),
      keys: { keys: [{ ...publicJwk, kid: deps.signer.kid }] },
      now: START,
      audience: ANYONE,
      issuer: deps.publicUrl,
      maxAgeSeconds: 60,
    })
    if (!verified.ok) throw new Error(verified.error.code)
    expect(verified.value.payload).toMatchObject({ prev: request?.hash })
    const parsed = parsePayload('receipt', verified.value.payload)
    expect(parsed).toMatchObject({
      ok: true,
      value: {
        requestId: claimId,
        amount: { value: '60.00', currency: 'EUR' },
        receivedOn: '2026-12-02',
        allocations: [{ line: 1, amount: { value: '60.00', currency: 'EUR' } }],
        overpaid: { value: '0.00', currency: 'EUR' },
        outstanding: { value: '40.00', currency: 'EUR' },
      },
    })
  })

  it('keeps a part-paid claim open and lets its next reminder wait two days', async () => {
    const { issue, referenceOf, receive, claim } = await fresh()
    const claimId = await issue()
    await receive({ amount: '99.99', bankReference: 'B1', reference: await referenceOf(claimId) })

    expect(facts(await claim(claimId))).toEqual({ state: 'open', paid: 9_999n, overpaid: 0n })
    expect(await caseOf(claimId)).toMatchObject({
      next_step: 'first-notice',
      next_action_at: START + 2 * DAY,
    })
    expect(await outboxOf('thank-debtor', world.creditorId)).toEqual([])
    await world.checkSums(claimId)
  })

  it('does not move a reminder that is planned for later than two days', async () => {
    const { issue, referenceOf, receive } = await fresh()
    const claimId = await issue()
    const later = START + 9 * DAY
    await store.db
      .updateTable('dunning_cases')
      .set({ next_action_at: later })
      .where('claim_id', '=', claimId)
      .execute()
    await receive({ amount: '1.00', bankReference: 'B1', reference: await referenceOf(claimId) })
    expect(await caseOf(claimId)).toMatchObject({ next_action_at: later })
  })

  it('settles with the part that was missing, once', async () => {
    const { issue, referenceOf, receive, claim, events } = await fresh()
    const claimId = await issue()
    const reference = await referenceOf(claimId)
    await receive({ amount: '40.00', bankReference: 'B1', reference })
    await receive({ amount: '60.00', bankReference: 'B2', reference })
    expect(facts(await claim(claimId))).toEqual({ state: 'settled', paid: 10_000n, overpaid: 0n })
    const types = (await events(claimId)).map(({ type }) => type)
    expect(types.filter((type) => type === 'payment-request.settled')).toHaveLength(1)
  })

  it('books what is too much as over-paid', async () => {
    const { issue, referenceOf, receive, claim, payments, events } = await fresh()
    const claimId = await issue()
    await receive({ amount: '130.00', bankReference: 'B1', reference: await referenceOf(claimId) })
    expect(facts(await claim(claimId))).toEqual({
      state: 'settled',
      paid: 10_000n,
      overpaid: 3_000n,
    })
    expect((await payments(claimId))[0]).toMatchObject({ amount: 13_000n, overpaid: 3_000n })
    expect((await events(claimId))[0]?.data).toMatchObject({ overpaid: '30.00' })
    await world.checkSums(claimId)
  })

  it('books a second payment of a settled claim as over-paid, without a second thank-you', async () => {
    const { issue, referenceOf, receive, claim, messages } = await fresh()
    const claimId = await issue()
    const reference = await referenceOf(claimId)
    await receive(
      { amount: '100.00', bankReference: 'B1', reference },
      { amount: '100.00', bankReference: 'B2', reference },
    )
    expect(facts(await claim(claimId))).toEqual({
      state: 'settled',
      paid: 10_000n,
      overpaid: 10_000n,
    })
    expect(await outboxOf('thank-debtor', world.creditorId)).toHaveLength(1)
    expect((await messages(claimId)).map(({ typ }) => typ)).toEqual([
      typOf('request'),
      typOf('receipt'),
      typOf('receipt'),
    ])
    await world.checkSums(claimId)
  })

  it('credits money for a cancelled claim as over-paid and leaves it cancelled', async () => {
    const { issue, referenceOf, receive, claim, events, deps, creditorId } = await fresh()
    const claimId = await issue()
    const reference = await referenceOf(claimId)
    await cancelPaymentRequest(deps, { creditorId, claimId, reason: 'OTHR' })
    expect(await receive({ amount: '100.00', bankReference: 'B1', reference })).toMatchObject({
      matched: 1,
    })
    expect(facts(await claim(claimId))).toEqual({
      state: 'cancelled',
      paid: 0n,
      overpaid: 10_000n,
    })
    expect(
      (await events(claimId)).find(({ type }) => type === 'payment.received')?.data,
    ).toMatchObject({ overpaid: '100.00', outstanding: '0.00' })
    await world.checkSums(claimId)
  })

  it('is found by a reference in free text, with blanks and in small letters', async () => {
    const { issue, referenceOf, receive, transactions } = await fresh()
    const claimId = await issue()
    const reference = (await referenceOf(claimId)).toLowerCase().replace(/(.{4})/g, '$1 ')
    await receive({
      amount: '100.00',
      bankReference: 'B1',
      text: `invoice ${reference.trim()}, thanks`,
    })
    expect(await transactions()).toMatchObject([
      { state: 'matched', reason: 'reference-in-text', claim_id: claimId },
    ])
  })

  it('counts from the value day when the bank books later', async () => {
    const { issue, referenceOf, receive, payments } = await fresh()
    const claimId = await issue()
    const reference = await referenceOf(claimId)
    const days = { bookingDay: '2026-12-07', valueDay: '2026-12-05' }
    await receive({ amount: '1.00', bankReference: 'B1', reference, ...days })
    expect((await payments(claimId))[0]?.receivedOn).toBe('2026-12-05')
  })
})

describe('a payment for an agreed plan', () => {
  const dates = ['2026-12-15', '2027-01-15', '2027-02-15']

  it('fills the lines by due day, whichever line it names', async () => {
    const { issue, agree, receive, lines, payments } = await fresh()
    const claimId = await issue()
    await agree(claimId, [3_400n, 3_300n, 3_300n], dates)
    const endToEndId = (await lines(claimId))[1]?.endToEndId ?? ''
    await receive({ amount: '50.00', bankReference: 'B1', endToEndId })
    expect((await lines(claimId)).map(({ paid }) => paid)).toEqual([3_400n, 1_600n, 0n])
    expect((await payments(claimId))[0]?.allocations).toEqual([
      { line: 1, minor: 3_400n },
      { line: 2, minor: 1_600n },
    ])
    await world.checkSums(claimId)
  })

  it('is settled with its last line, fee included', async () => {
    const { issue, agree, referenceOf, receive, claim } = await fresh()
    const claimId = await issue()
    await agree(claimId, [3_400n, 3_400n, 3_400n], dates)
    const reference = await referenceOf(claimId)
    await receive({ amount: '100.00', bankReference: 'B1', reference })
    expect((await claim(claimId)).state).toBe('open')
    await receive({ amount: '2.00', bankReference: 'B2', reference })
    expect(facts(await claim(claimId))).toEqual({ state: 'settled', paid: 10_200n, overpaid: 0n })
    await world.checkSums(claimId)
  })
})

describe('a debtor with an agent', () => {
  it('gets the receipt through the inbox of the agent', async () => {
    const { issue, claim, enrol, referenceOf, receive, creditorId } = await fresh()
    const first = await issue({ debtor: 'anna' })
    await enrol((await claim(first)).debtorId, 'https://agent.example/inbox')
    const claimId = await issue({ debtor: 'anna' })
    await receive({ amount: '100.00', bankReference: 'B1', reference: await referenceOf(claimId) })
    const deliveries = await store.db
      .selectFrom('agent_deliveries')
      .select(['seq', 'delivery_id'])
      .where('claim_id', '=', claimId)
      .orderBy('seq')
      .execute()
    expect(deliveries.map(({ seq }) => seq)).toEqual([0, 1])
    expect(await outboxOf('push-to-agent', creditorId)).toContainEqual({
      deliveryId: deliveries[1]?.delivery_id,
    })
  })
})

describe('a booking that identifies no claim for sure', () => {
  it('waits for a person with the claims of the same amount', async () => {
    const { issue, receive, transactions, claim } = await fresh()
    const claimId = await issue({ value: '77.70' })
    await issue({ value: '12.00' })
    const payer = { name: 'PEETERS, Anna', iban: 'BE71096123456769' }
    expect(
      await receive({ amount: '77.70', bankReference: 'B1', text: 'thanks', payer }),
    ).toMatchObject({ matched: 0, unmatched: 1 })
    const reasons = ['same-outstanding-amount', 'same-line-amount', 'same-name']
    expect(await transactions()).toMatchObject([
      {
        state: 'unmatched',
        reason: 'no-reference',
        claim_id: null,
        candidates: [{ claimId, reasons }],
      },
    ])
    expect((await claim(claimId)).paid).toBe(0n)
  })

  it('names a claim of somebody who has paid from the account before', async () => {
    const { issue, referenceOf, receive, transactions } = await fresh()
    const payer = { name: 'Somebody Else', iban: 'BE71096123456769' }
    const earlier = await issue({ debtor: 'anna', value: '5.00' })
    const reference = await referenceOf(earlier)
    await receive({
      amount: '5.00',
      bankReference: 'B1',
      reference,
      payer,
      bookingDay: '2026-12-01',
    })
    const claimId = await issue({ debtor: 'anna', value: '77.70' })
    await receive({ amount: '77.70', bankReference: 'B2', payer })
    expect((await transactions())[1]?.candidates).toEqual([
      { claimId, reasons: ['same-outstanding-amount', 'same-line-amount', 'same-iban'] },
    ])
  })

  it('names no more than ten claims', async () => {
    const { issue, receive, transactions } = await fresh()
    for (let i = 0; i < 12; i++) await issue({ value: '9.90' })
    await receive({ amount: '9.90', bankReference: 'B1' })
    expect((await transactions())[0]?.candidates).toHaveLength(10)
  })

  it.each([
    ['a reference of nobody', { reference: 'RF18539007547034' }, 'no-reference'],
    ['no reference at all', {}, 'no-reference'],
  ])('stores %s as unmatched', async (_, remittance, reason) => {
    const { receive, transactions } = await fresh()
    await receive({ amount: '100.00', bankReference: 'B1', ...remittance })
    expect(await transactions()).toMatchObject([{ state: 'unmatched', reason, candidates: [] }])
  })

  it('does not book money in another currency than the claim', async () => {
    const { issue, referenceOf, receive, transactions, claim } = await fresh()
    const claimId = await issue()
    const reference = await referenceOf(claimId)
    await receive({ amount: '100.00', currency: 'CHF', bankReference: 'B1', reference })
    expect(await transactions()).toMatchObject([
      {
        state: 'unmatched',
        reason: 'currency-mismatch',
        currency: 'CHF',
        candidates: [{ claimId, reasons: ['same-reference'] }],
      },
    ])
    expect((await claim(claimId)).paid).toBe(0n)
  })

  it('does not choose between two claims that are named', async () => {
    const { issue, referenceOf, receive, transactions, claim } = await fresh()
    const ids = [await issue(), await issue()]
    const [one, two] = await Promise.all(ids.map((id) => referenceOf(id)))
    await receive({ amount: '200.00', bankReference: 'B1', text: `${one} ${two}` })
    const [stored] = await transactions()
    expect(stored).toMatchObject({ state: 'unmatched', reason: 'ambiguous' })
    expect(stored?.candidates.map(({ claimId }) => claimId).sort()).toEqual([...ids].sort())
    for (const id of ids) expect((await claim(id)).paid).toBe(0n)
  })

  it('does not match a claim of another creditor, not even as a hint', async () => {
    const { addCreditor, issue, referenceOf, importFile, transactions, claim } = await fresh()
    const other = await addCreditor()
    const claimId = await issue({ creditorId: other })
    const reference = await referenceOf(claimId, other)
    const file = camtNotification(IBAN, [{ amount: '100.00', bankReference: 'B1', reference }])
    await importFile(file)
    expect(await transactions()).toMatchObject([
      { state: 'unmatched', reason: 'no-reference', candidates: [] },
    ])
    expect((await claim(claimId, other)).paid).toBe(0n)
    await importFile(file, other)
    expect((await claim(claimId, other)).state).toBe('settled')
  })
})

describe('a booking that is no money on the account, or none of a debtor', () => {
  it.each(['PDNG', 'INFO'])('stores a %s entry without any effect', async (status) => {
    const { issue, referenceOf, receive, transactions, claim } = await fresh()
    const claimId = await issue()
    const reference = await referenceOf(claimId)
    expect(
      await receive({ amount: '100.00', bankReference: 'B1', reference, status }),
    ).toMatchObject({
      transactions: 1,
      matched: 0,
      unmatched: 0,
    })
    expect(await transactions()).toMatchObject([{ state: 'ignored', reason: `status-${status}` }])
    expect((await claim(claimId)).paid).toBe(0n)
  })

  it('books what was announced before under the same bank reference', async () => {
    const { issue, referenceOf, receive, claim } = await fresh()
    const claimId = await issue()
    const payment = { amount: '100.00', bankReference: 'B1', reference: await referenceOf(claimId) }
    await receive({ ...payment, status: 'PDNG' })
    expect(await receive(payment)).toMatchObject({ alreadyImported: 0, matched: 1 })
    expect((await claim(claimId)).state).toBe('settled')
  })

  it("leaves the creditor's own payments out of the work of people", async () => {
    const { receive, transactions } = await fresh()
    await receive({ amount: '20.00', bankReference: 'B1', sign: 'DBIT' })
    expect(await transactions()).toMatchObject([{ state: 'ignored', reason: 'outgoing' }])
  })
})

describe('a file', () => {
  it('has its effect once, however often it is imported', async () => {
    const { issue, referenceOf, receive, claim, messages, events } = await fresh()
    const claimId = await issue()
    const reference = await referenceOf(claimId)
    const payments = [
      { amount: '30.00', bankReference: 'B1', reference },
      { amount: '30.00', reference },
      { amount: '5.00', bankReference: 'B3' },
    ]
    expect(await receive(...payments)).toMatchObject({ matched: 2, unmatched: 1 })
    const before = [await claim(claimId), await messages(claimId), await events(claimId)]
    world.advance(3_600)
    expect(await receive(...payments)).toEqual({
      statements: 1,
      transactions: 3,
      alreadyImported: 3,
      matched: 0,
      unmatched: 0,
      reversals: 0,
    })
    expect([await claim(claimId), await messages(claimId), await events(claimId)]).toEqual(before)
    const noted = await store.db
      .selectFrom('bank_statements')
      .select(['kind', 'account'])
      .where('creditor_id', '=', world.creditorId)
      .execute()
    expect(noted).toEqual([{ kind: '054', account: IBAN }])
  })

  it('adds only what is new when it overlaps with an earlier one', async () => {
    const { issue, referenceOf, receive, claim } = await fresh()
    const claimId = await issue()
    const reference = await referenceOf(claimId)
    const first = { amount: '30.00', bankReference: 'B1', reference }
    await receive(first)
    expect(await receive(first, { amount: '20.00', bankReference: 'B2', reference })).toMatchObject(
      { alreadyImported: 1, matched: 1 },
    )
    expect((await claim(claimId)).paid).toBe(5_000n)
  })

  it('has one effect when two imports of it run at once', async () => {
    const { issue, referenceOf, importFile, claim, payments } = await fresh()
    const claimId = await issue()
    const reference = await referenceOf(claimId)
    const booked = Array.from({ length: 6 }, (_, i) => ({
      amount: '10.00',
      bankReference: `B${i}`,
      reference,
    }))
    const file = camtNotification(IBAN, booked)
    const results = await Promise.all([importFile(file), importFile(file), importFile(file)])
    const counts = results.map((result) => (result.ok ? result.value : undefined))
    expect(counts.reduce((sum, it) => sum + (it?.matched ?? 0), 0)).toBe(6)
    expect(counts.reduce((sum, it) => sum + (it?.alreadyImported ?? 0), 0)).toBe(12)
    expect(await payments(claimId)).toHaveLength(6)
    expect((await claim(claimId)).paid).toBe(6_000n)
    await world.checkSums(claimId)
  })

  it.each([0, 1, 2, 3])('goes on after an import that was killed after %i bookings', async (n) => {
    const { issue, referenceOf, importFile, claim, payments, deps } = await fresh()
    const claimId = await issue()
    const reference = await referenceOf(claimId)
    const booked = ['10.00', '20.00', '30.00', '40.00'].map((amount, i) => ({
      amount,
      bankReference: `B${i}`,
      reference,
    }))
    const file = camtNotification(IBAN, booked)
    const { signer } = deps
    let signed = 0
    deps.signer = {
      ...signer,
      sign: async (...message) => {
        if (signed++ === n) throw new Error('killed')
        return await signer.sign(...message)
      },
    }
    await expect(importFile(file)).rejects.toThrow('killed')
    deps.signer = signer
    expect(await payments(claimId)).toHaveLength(n)
    await world.checkSums(claimId)

    expect(await importFile(file)).toMatchObject({
      ok: true,
      value: { alreadyImported: n, matched: 4 - n },
    })
    expect(await payments(claimId)).toHaveLength(4)
    expect((await claim(claimId)).state).toBe('settled')
    await world.checkSums(claimId)
  })

  it('changes nothing when it is broken anywhere', async () => {
    const { issue, referenceOf, importFile, claim, transactions } = await fresh()
    const claimId = await issue()
    const reference = await referenceOf(claimId)
    const whole = camtNotification(IBAN, [
      { amount: '10.00', bankReference: 'B1', reference },
      { amount: '20.00', bankReference: 'B2', reference },
    ])
    const broken = whole.replace('20.00', '2O.00')
    const refused = await importFile(Buffer.from(broken))
    expect(refused).toMatchObject({ ok: false, error: { code: 'statement-invalid' } })
    if (!refused.ok) expect(refused.error.detail).toMatch(/^line 7: .*\(statement-amount\)$/)
    expect(await transactions()).toEqual([])
    expect((await claim(claimId)).paid).toBe(0n)
    expect(await importFile(Buffer.from(whole))).toMatchObject({ ok: true, value: { matched: 2 } })
  })

  it('is refused whole when one statement is of another account', async () => {
    const { issue, referenceOf, importFile, claim } = await fresh()
    const claimId = await issue()
    const payment = { amount: '10.00', bankReference: 'B1', reference: await referenceOf(claimId) }
    const refused = await importFile(camtNotification(OTHER_IBAN, [payment]))
    expect(refused).toMatchObject({ ok: false, error: { code: 'statement-invalid' } })
    if (!refused.ok) expect(refused.error.detail).toContain('another account')
    expect((await claim(claimId)).paid).toBe(0n)
  })
})
