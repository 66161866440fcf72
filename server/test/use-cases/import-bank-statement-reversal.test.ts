import { parseAmount, parsePayload, peekClaims, typOf } from '@parley/sdk/protocol'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Store } from '../../src/storage/database.ts'
import { cancelPaymentRequest } from '../../src/use-cases/cancel-payment-request.ts'
import { camtNotification } from '../support/camt-notification.ts'
import { createMoneyWorld, IBAN, type MoneyWorld, START } from '../support/money-world.ts'
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

async function noteMail(claimId: string, step: string, createdAt: number) {
  const { creditorId, debtorId } = await world.claim(claimId)
  await store.db
    .insertInto('human_messages')
    .values({
      creditor_id: creditorId,
      message_id: world.deps.ids.newId('hm'),
      claim_id: claimId,
      debtor_id: debtorId,
      step,
      channel: 'email',
      template: 'payment-request-t1',
      state: 'sent',
      created_at: createdAt,
      sent_at: createdAt,
    })
    .execute()
}

/** A claim that one payment has settled, and the entry that takes that payment back. */
async function settled() {
  const { issue, referenceOf, receive } = await fresh()
  const claimId = await issue()
  const reference = await referenceOf(claimId)
  const payment = { amount: '100.00', bankReference: 'B1', reference }
  await receive(payment)
  const back = { ...payment, takesBack: 'AC04' }
  return { claimId, reference, payment, back }
}

describe('a booked payment that the bank takes back', () => {
  it('opens the settled claim again and keeps its conversation', async () => {
    const { claimId, back } = await settled()
    const before = await world.claim(claimId)
    expect(await world.receive(back)).toMatchObject({ reversals: 1, unmatched: 0 })

    expect(await world.claim(claimId)).toMatchObject({
      state: 'open',
      paid: 0n,
      overpaid: 0n,
      dunning: 'active',
      conversation: before.conversation,
      thr: before.thr,
    })
    expect((await world.lines(claimId)).map(({ paid }) => paid)).toEqual([0n])
    expect((await world.payments(claimId))[0]?.reversedAt).toBe(START)
    expect(await world.transactions()).toContainEqual(
      expect.objectContaining({ state: 'reversal', reason: 'bank-reference', claim_id: claimId }),
    )
    await world.checkSums(claimId)
  })

  it('is told to the timeline with the reason code of the bank', async () => {
    const { claimId, back } = await settled()
    await world.receive(back)
    const { paymentId } = (await world.payments(claimId))[0] ?? {}
    expect((await world.events(claimId)).slice(-2)).toEqual([
      {
        type: 'payment.returned',
        data: {
          paymentId,
          amount: '100.00',
          currency: 'EUR',
          outstanding: '100.00',
          reason: 'AC04',
        },
      },
      { type: 'payment-request.reopened', data: { paymentId, outstanding: '100.00' } },
    ])
  })

  it("is told to the debtor's side in a signed status, since its receipt no longer stands", async () => {
    const { claimId, back } = await settled()
    await world.receive(back)
    const last = (await world.messages(claimId)).at(-1)
    expect(last?.typ).toBe(typOf('status'))
    const peeked = peekClaims(last?.jws ?? '')
    if (!peeked.ok) throw new Error(peeked.error.code)
    const status = parsePayload('status', peeked.value.payload)
    if (!status.ok) throw new Error(status.error.detail)
    expect(status.value).toMatchObject({ requestId: claimId, claim: 'open' })
    expect(parseAmount(status.value.outstanding)).toMatchObject({ value: { minor: 10_000n } })
  })

  it('starts the journey again after three days, inside the window of its first step', async () => {
    const { claimId, back } = await settled()
    expect(await caseOf(claimId)).toBeUndefined()
    await world.receive(back)
    expect(await caseOf(claimId)).toMatchObject({
      journey_id: 'friendly-default',
      steps_done: [],
      next_step: 'first-notice',
      // Friday, 4 December 2026, 10:00: three days later to the second.
      next_action_at: START + 3 * DAY,
    })
  })

  it('goes on with the step after the last message that was written', async () => {
    const { claimId, back } = await settled()
    await noteMail(claimId, 'first-notice', START - DAY)
    await world.receive(back)
    expect(await caseOf(claimId)).toMatchObject({
      steps_done: [{ stepId: 'first-notice', at: START - DAY }],
      next_step: 'reminder',
    })
  })

  it('opens no case when every step was taken', async () => {
    const { claimId, back } = await settled()
    for (const step of ['first-notice', 'reminder', 'second-reminder']) {
      await noteMail(claimId, step, START - DAY)
    }
    await world.receive(back)
    expect(await caseOf(claimId)).toBeUndefined()
    expect((await world.claim(claimId)).dunning).toBe('exhausted')
  })

  it('is found by the end-to-end id when the bank gives no reference', async () => {
    const { issue, lines, receive, claim } = await fresh()
    const claimId = await issue()
    const endToEndId = (await lines(claimId))[0]?.endToEndId ?? ''
    await receive({ amount: '100.00', endToEndId })
    expect((await claim(claimId)).state).toBe('settled')
    await receive({ amount: '100.00', endToEndId, takesBack: 'MD06', bookingDay: '2026-12-04' })
    expect((await claim(claimId)).state).toBe('open')
  })

  it('is found when the bank lists the newest first', async () => {
    const { issue, referenceOf, receive, claim } = await fresh()
    const claimId = await issue()
    const reference = await referenceOf(claimId)
    const payment = { amount: '100.00', bankReference: 'B1', reference }
    expect(await receive({ ...payment, takesBack: 'reversal' }, payment)).toMatchObject({
      matched: 1,
      reversals: 1,
      unmatched: 0,
    })
    expect((await claim(claimId)).state).toBe('open')
    await world.checkSums(claimId)
  })

  it('has its effect once, in one import or in two at the same time', async () => {
    const { claimId, back, payment } = await settled()
    const file = camtNotification(IBAN, [payment, back])
    await Promise.all([world.importFile(file), world.importFile(file)])
    expect(await world.importFile(file)).toMatchObject({ value: { alreadyImported: 2 } })
    expect(await world.claim(claimId)).toMatchObject({ state: 'open', paid: 0n })
    const types = (await world.events(claimId)).map(({ type }) => type)
    expect(types.filter((type) => type === 'payment.returned')).toHaveLength(1)
    await world.checkSums(claimId)
  })

  it('can be paid again', async () => {
    const { claimId, back, reference } = await settled()
    await world.receive(back)
    await world.receive({ amount: '100.00', bankReference: 'B9', reference })
    expect(await world.claim(claimId)).toMatchObject({
      state: 'settled',
      paid: 10_000n,
      dunning: 'idle',
    })
    expect(await caseOf(claimId)).toBeUndefined()
    await world.checkSums(claimId)
  })
})

describe('a part payment that comes back', () => {
  it('gives the open claim three days of grace and no event of reopening', async () => {
    const { issue, referenceOf, receive, claim, events } = await fresh()
    const claimId = await issue()
    const payment = { amount: '40.00', bankReference: 'B1', reference: await referenceOf(claimId) }
    await receive(payment, { ...payment, takesBack: 'reversal' })
    expect(await claim(claimId)).toMatchObject({ state: 'open', paid: 0n, dunning: 'active' })
    expect(await caseOf(claimId)).toMatchObject({ next_action_at: START + 3 * DAY })
    const types = (await events(claimId)).map(({ type }) => type)
    expect(types).toContain('payment.returned')
    expect(types).not.toContain('payment-request.reopened')
  })
})

describe('one of two payments that comes back', () => {
  it('leaves the claim settled when the other had paid it twice', async () => {
    const { claimId, back, reference } = await settled()
    world.advance(1)
    await world.receive({ amount: '100.00', bankReference: 'B2', reference })
    await world.receive(back)
    expect(await world.claim(claimId)).toMatchObject({
      state: 'settled',
      paid: 10_000n,
      overpaid: 0n,
    })
    expect(await caseOf(claimId)).toBeUndefined()
    const [first, second] = await world.payments(claimId)
    expect(first?.reversedAt).toBe(START + 1)
    expect(second).toMatchObject({ allocations: [{ line: 1, minor: 10_000n }], overpaid: 0n })
    const types = (await world.events(claimId)).map(({ type }) => type)
    expect(types).not.toContain('payment-request.reopened')
    await world.checkSums(claimId)
  })

  it('takes back from the lines of the plan what it had paid there', async () => {
    const { issue, agree, referenceOf, receive, lines } = await fresh()
    const claimId = await issue()
    await agree(claimId, [5_000n, 5_000n], ['2026-12-15', '2027-01-15'])
    const reference = await referenceOf(claimId)
    const first = { amount: '50.00', bankReference: 'B1', reference }
    await receive(first, { amount: '20.00', bankReference: 'B2', reference })
    await receive({ ...first, takesBack: 'AM04' })
    expect((await lines(claimId)).map(({ paid }) => paid)).toEqual([0n, 2_000n])
    await receive({ amount: '80.00', bankReference: 'B3', reference })
    expect(await world.claim(claimId)).toMatchObject({ state: 'settled', paid: 10_000n })
    await world.checkSums(claimId)
  })
})

describe('a return that must not reopen a claim', () => {
  it.each([
    ['of an unknown payment', { bankReference: 'X9' }, 'reversal-of-unknown'],
    ['of another amount', { amount: '99.00' }, 'reversal-differs'],
    ['in another currency', { currency: 'CHF' }, 'reversal-differs'],
  ])('%s waits for a person', async (_, change, reason) => {
    const { claimId, back } = await settled()
    expect(await world.receive({ ...back, ...change })).toMatchObject({
      unmatched: 1,
      reversals: 0,
    })
    expect(await world.transactions()).toContainEqual(
      expect.objectContaining({ state: 'unmatched', reason }),
    )
    expect((await world.claim(claimId)).state).toBe('settled')
  })

  it('of a payment that came back before waits for a person', async () => {
    const { claimId, back } = await settled()
    await world.receive(back)
    await world.receive({ ...back, takesBack: 'reversal' })
    expect(await world.transactions()).toContainEqual(
      expect.objectContaining({ state: 'unmatched', reason: 'reversal-differs' }),
    )
    expect((await world.claim(claimId)).paid).toBe(0n)
  })

  it("of another creditor's payment waits for a person", async () => {
    const { claimId, back } = await settled()
    const other = await world.addCreditor()
    await world.importFile(camtNotification(IBAN, [back]), other)
    expect((await world.claim(claimId)).state).toBe('settled')
  })

  it('of money for a cancelled claim leaves it cancelled', async () => {
    const { issue, referenceOf, receive, claim, deps, creditorId } = await fresh()
    const claimId = await issue()
    const payment = { amount: '100.00', bankReference: 'B1', reference: await referenceOf(claimId) }
    await cancelPaymentRequest(deps, { creditorId, claimId, reason: 'OTHR' })
    await receive(payment, { ...payment, takesBack: 'reversal' })
    expect(await claim(claimId)).toMatchObject({ state: 'cancelled', paid: 0n, overpaid: 0n })
    expect(await caseOf(claimId)).toBeUndefined()
    await world.checkSums(claimId)
  })
})
