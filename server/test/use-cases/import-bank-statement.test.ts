import { ANYONE, parsePayload, typOf, verifyMessage } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { publishedKeys } from '../../src/domain/claim/published-keys.ts'
import type { Claim } from '../../src/storage/claims.ts'
import { allSigningKeys } from '../../src/storage/signing-keys.ts'
import { messagesOfThread } from '../../src/storage/threads.ts'
import { cancelPaymentRequest } from '../../src/use-cases/cancel-payment-request.ts'
import { openFileWorld } from '../support/file-world.ts'
import {
  agreeOn,
  bookingsOf,
  caseOf,
  checkSums,
  eventsAfterIssue,
  issueHundred,
  linesOf,
  paymentsOf,
  receive,
} from '../support/money-world.ts'
import {
  claimNow,
  DAY,
  enrolTestAgent,
  outboxOf,
  TUESDAY_MORNING,
  transcriptOf,
} from '../support/test-world.ts'

const world = await openFileWorld()

const cancel = ({ creditorId, claimId }: Claim) =>
  cancelPaymentRequest(world.deps, { creditorId, claimId, reason: 'OTHR' })

async function moneyOf({ claimId }: Claim) {
  const { state, paid, overpaid } = await claimNow(world, claimId)
  return { state, paid, overpaid }
}

describe('a payment with the reference of a claim', () => {
  it('settles the claim when it is exactly what is owed', async () => {
    const claim = await issueHundred(world)
    const { claimId, reference } = claim
    expect(await caseOf(world, claim)).toBeDefined()

    expect(await receive(world, { amount: '100.00', bankReference: 'B1', reference })).toEqual({
      statements: 1,
      transactions: 1,
      information: 0,
      alreadyImported: 0,
      matched: 1,
      unmatched: 0,
      reversals: 0,
      possibleDuplicates: 0,
      problems: [],
    })

    expect(await moneyOf(claim)).toEqual({ state: 'settled', paid: 10_000n, overpaid: 0n })
    expect((await linesOf(world, claim)).map(({ paid }) => paid)).toEqual([10_000n])
    const [payment] = await paymentsOf(world, claim)
    expect(payment).toMatchObject({
      amount: 10_000n,
      allocations: [{ line: 1, minor: 10_000n }],
      overpaid: 0n,
      receivedOn: '2026-03-10',
    })
    const paymentId = payment?.paymentId
    expect(await eventsAfterIssue(world, claim)).toEqual([
      {
        type: 'payment.received',
        data: {
          paymentId,
          amount: '100.00',
          currency: 'EUR',
          overpaid: '0.00',
          outstanding: '0.00',
        },
      },
      { type: 'receipt.issued', data: { receiptId: paymentId } },
      { type: 'payment-request.settled', data: { paymentId } },
    ])
    expect(await caseOf(world, claim)).toBeUndefined()
    expect(await outboxOf(world, 'thank-debtor')).toEqual([{ claimId, paymentId }])
    await checkSums(world, claim)
  })

  it('gives the debtor a signed receipt as the next message of the thread', async () => {
    const { deps } = world
    const { claimId, reference, thr } = await issueHundred(world)
    await receive(world, { amount: '60.00', bankReference: 'B1', reference })

    const { creditorId } = world
    const [request, receipt] = await messagesOfThread(deps.db, { creditorId, thr })
    expect(receipt).toMatchObject({ seq: 1, typ: typOf('receipt') })
    const verified = await verifyMessage(receipt?.jws ?? '', {
      typ: typOf('receipt'),
      keys: publishedKeys(await allSigningKeys(deps.db)),
      now: TUESDAY_MORNING,
      audience: ANYONE,
      issuer: deps.publicUrl,
      maxAgeSeconds: 60,
    })
    if (!verified.ok) throw new Error(verified.error.code)
    expect(verified.value.payload).toMatchObject({ prev: request?.hash })
    expect(parsePayload('receipt', verified.value.payload)).toMatchObject({
      ok: true,
      value: {
        requestId: claimId,
        amount: { value: '60.00', currency: 'EUR' },
        receivedOn: '2026-03-10',
        allocations: [{ line: 1, amount: { value: '60.00', currency: 'EUR' } }],
        overpaid: { value: '0.00', currency: 'EUR' },
        outstanding: { value: '40.00', currency: 'EUR' },
      },
    })
  })

  it('keeps a part-paid claim open and lets its next reminder wait two days', async () => {
    const claim = await issueHundred(world)
    const { reference } = claim
    await receive(world, { amount: '99.99', bankReference: 'B1', reference })

    expect(await moneyOf(claim)).toEqual({ state: 'open', paid: 9_999n, overpaid: 0n })
    expect(await caseOf(world, claim)).toMatchObject({
      next_step: 'first-notice',
      next_action_at: TUESDAY_MORNING + 2 * DAY,
    })
    expect(await outboxOf(world, 'thank-debtor')).toEqual([])
    await checkSums(world, claim)
  })

  it('does not move a reminder that is planned for later than two days', async () => {
    const claim = await issueHundred(world)
    const later = TUESDAY_MORNING + 9 * DAY
    await world.deps.db
      .updateTable('dunning_cases')
      .set({ next_action_at: later })
      .where('claim_id', '=', claim.claimId)
      .execute()
    const { reference } = claim
    await receive(world, { amount: '1.00', bankReference: 'B1', reference })
    expect(await caseOf(world, claim)).toMatchObject({ next_action_at: later })
  })

  it('settles with the part that was missing, once', async () => {
    const claim = await issueHundred(world)
    const { reference } = claim
    await receive(world, { amount: '40.00', bankReference: 'B1', reference })
    await receive(world, { amount: '60.00', bankReference: 'B2', reference })
    expect(await moneyOf(claim)).toEqual({ state: 'settled', paid: 10_000n, overpaid: 0n })
    const types = (await eventsAfterIssue(world, claim)).map(({ type }) => type)
    expect(types.filter((type) => type === 'payment-request.settled')).toHaveLength(1)
  })

  it('books what is too much as over-paid', async () => {
    const claim = await issueHundred(world)
    const { reference } = claim
    await receive(world, { amount: '130.00', bankReference: 'B1', reference })
    expect(await moneyOf(claim)).toEqual({ state: 'settled', paid: 10_000n, overpaid: 3_000n })
    expect((await paymentsOf(world, claim))[0]).toMatchObject({
      amount: 13_000n,
      overpaid: 3_000n,
    })
    expect((await eventsAfterIssue(world, claim))[0]?.data).toMatchObject({ overpaid: '30.00' })
    await checkSums(world, claim)
  })

  it('books a second payment of a settled claim as over-paid, without a second thank-you', async () => {
    const claim = await issueHundred(world)
    const { reference } = claim
    await receive(
      world,
      { amount: '100.00', bankReference: 'B1', reference },
      { amount: '100.00', bankReference: 'B2', reference },
    )
    expect(await moneyOf(claim)).toEqual({ state: 'settled', paid: 10_000n, overpaid: 10_000n })
    expect(await outboxOf(world, 'thank-debtor')).toHaveLength(1)
    expect((await transcriptOf(world, claim.thr)).map(({ typ }) => typ)).toEqual([
      typOf('request'),
      typOf('receipt'),
      typOf('receipt'),
    ])
    await checkSums(world, claim)
  })

  it('[PAY-11] credits money for a cancelled claim as over-paid and leaves it cancelled', async () => {
    const claim = await issueHundred(world)
    const { reference } = claim
    await cancel(claim)
    expect(
      await receive(world, { amount: '100.00', bankReference: 'B1', reference }),
    ).toMatchObject({ matched: 1 })
    expect(await moneyOf(claim)).toEqual({ state: 'cancelled', paid: 0n, overpaid: 10_000n })
    const received = (await eventsAfterIssue(world, claim)).find(
      ({ type }) => type === 'payment.received',
    )
    expect(received?.data).toMatchObject({ overpaid: '100.00', outstanding: '0.00' })
    await checkSums(world, claim)
  })

  it('is found by a reference in free text, with blanks and in small letters', async () => {
    const { claimId, reference } = await issueHundred(world)
    const text = `thanks, ${reference.toLowerCase().replace(/(.{4})/g, '$1 ')}, Anna`
    await receive(world, { amount: '100.00', bankReference: 'B1', text })
    expect(await bookingsOf(world)).toMatchObject([
      { state: 'matched', reason: 'reference-in-text', claim_id: claimId },
    ])
  })

  it('counts from the value day when the bank books later', async () => {
    const claim = await issueHundred(world)
    const { reference } = claim
    const days = { bookingDay: '2026-03-09', valueDay: '2026-03-07' }
    await receive(world, { amount: '1.00', bankReference: 'B1', reference, ...days })
    expect((await paymentsOf(world, claim))[0]?.receivedOn).toBe('2026-03-07')
  })
})

describe('a payment for an agreed plan', () => {
  const plan = (...amounts: readonly bigint[]) =>
    amounts.map((amount, i) => ({ amount, dueDate: `2026-0${i + 4}-15` }))

  it('fills the lines by due day, whichever line it names', async () => {
    const claim = await issueHundred(world)
    await agreeOn(world, claim, plan(3_400n, 3_300n, 3_300n))
    const endToEndId = (await linesOf(world, claim))[1]?.endToEndId ?? ''
    await receive(world, { amount: '50.00', bankReference: 'B1', endToEndId })
    expect((await linesOf(world, claim)).map(({ paid }) => paid)).toEqual([3_400n, 1_600n, 0n])
    expect((await paymentsOf(world, claim))[0]?.allocations).toEqual([
      { line: 1, minor: 3_400n },
      { line: 2, minor: 1_600n },
    ])
    await checkSums(world, claim)
  })

  it('is settled with its last line, fee included', async () => {
    const claim = await issueHundred(world)
    const { reference } = claim
    await agreeOn(world, claim, plan(3_400n, 3_400n, 3_400n))
    await receive(world, { amount: '100.00', bankReference: 'B1', reference })
    expect((await moneyOf(claim)).state).toBe('open')
    await receive(world, { amount: '2.00', bankReference: 'B2', reference })
    expect(await moneyOf(claim)).toEqual({ state: 'settled', paid: 10_200n, overpaid: 0n })
    await checkSums(world, claim)
  })
})

describe('a debtor with an agent', () => {
  it('gets the receipt in the inbox of the agent', async () => {
    const claim = await issueHundred(world)
    const { claimId, reference } = claim
    const { enrolmentId } = await enrolTestAgent(world, claim.debtorId)
    const { thr } = await claimNow(world, claimId)
    await receive(world, { amount: '100.00', bankReference: 'B1', reference })
    const deliveries = await world.deps.db
      .selectFrom('agent_deliveries')
      .select(['enrolment_id', 'thr', 'seq', 'state'])
      .where('claim_id', '=', claimId)
      .orderBy('seq')
      .execute()
    const delivery = { enrolment_id: enrolmentId, thr, state: 'waiting' }
    expect(deliveries).toEqual([
      { ...delivery, seq: 0 },
      { ...delivery, seq: 1 },
    ])
  })
})
