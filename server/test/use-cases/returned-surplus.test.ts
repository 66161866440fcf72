// Money that was paid too much, or went back to a customer, when another payment of the bill does not stand
// any more: what is owed, to whom, and what leaves.
import { verifyEvidence } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { outstandingOf } from '../../src/domain/claim/claim.ts'
import type { Claim } from '../../src/storage/claims.ts'
import { approveRefund } from '../../src/use-cases/decide-refund.ts'
import { exportEvidence } from '../../src/use-cases/export-evidence.ts'
import { matchByHand } from '../../src/use-cases/match-by-hand.ts'
import { unmatchBooking } from '../../src/use-cases/unmatch-booking.ts'
import {
  bookingOf,
  checkConserved,
  choose,
  exportNow,
  letRulesApprove,
  offerOf,
  PAYER,
  pay,
  refundOf,
} from '../support/credit-world.ts'
import { openFileWorld } from '../support/file-world.ts'
import { workNow } from '../support/lived-journey.ts'
import {
  bookingsOf,
  caseOf,
  checkSums,
  issueHundred,
  paymentsOf,
  receive,
} from '../support/money-world.ts'
import { claimNow, transcriptOf } from '../support/test-world.ts'

const world = await openFileWorld()

const now = ({ claimId }: Claim) => claimNow(world, claimId)
const owedOn = async (claim: Claim) => outstandingOf(await now(claim))

async function openTasksOf({ claimId }: Claim) {
  const rows = await world.deps.db
    .selectFrom('tasks')
    .select('kind')
    .where('claim_id', '=', claimId)
    .where('state', '=', 'open')
    .execute()
  return rows.map(({ kind }) => kind)
}

/** A bill that one payment paid, and another one paid too much: 30 euros of it are to go back. */
async function paidTwice() {
  await letRulesApprove(world)
  const claim = await issueHundred(world)
  const payment = await pay(world, claim, 10_000n)
  await pay(world, claim, 3_000n)
  expect(await choose(world, claim, { choice: 'refund-to-origin' })).toBe('ok')
  await approveRefund(world.deps, { ...(await refundOf(world, claim)), by: 'Eva' })
  expect(await refundOf(world, claim)).toMatchObject({ state: 'approved' })
  return { claim, back: { ...payment, takesBack: 'AC04' } }
}

describe('a bill that is owed again while a surplus is on its way back', () => {
  it('keeps an approved refund from leaving at once, and the surplus pays it', async () => {
    const { claim, back } = await paidTwice()
    await receive(world, back)
    expect(await exportNow(world)).toMatchObject({ error: { code: 'nothing-to-export' } })
    await workNow(world.deps)
    expect(await refundOf(world, claim)).toMatchObject({ state: 'withdrawn' })
    expect(await now(claim)).toMatchObject({ state: 'open', paid: 3_000n, overpaid: 0n })
    expect(await owedOn(claim)).toBe(7_000n)
    await checkSums(world, claim)
    await checkConserved(world)
    const said = await transcriptOf(world, (await now(claim)).thr)
    expect(said.at(-1)?.payload).toMatchObject({
      outstanding: { value: '70.00' },
      reason: { code: 'credit-applied' },
    })
    const bundle = await exportEvidence(world.deps, claim)
    if (!bundle.ok) throw new Error(bundle.error.code)
    expect(await verifyEvidence(bundle.value)).toMatchObject({ ok: true })
  })

  it('settles it again where the surplus is all that it owes', async () => {
    await letRulesApprove(world)
    const claim = await issueHundred(world)
    const payment = await pay(world, claim, 10_000n)
    await pay(world, claim, 10_000n)
    await choose(world, claim, { choice: 'refund-to-origin' })
    await pay(world, claim, 10_000n, { ...payment, takesBack: 'AC04' })
    expect(await refundOf(world, claim)).toMatchObject({ state: 'withdrawn' })
    expect(await now(claim)).toMatchObject({ state: 'settled', dunning: 'idle', paid: 10_000n })
    expect(await caseOf(world, claim)).toBeUndefined()
    expect(await openTasksOf(claim)).toEqual([])
    expect(await offerOf(world, claim)).toMatchObject({ state: 'chosen' })
    await checkSums(world, claim)
    await checkConserved(world)
  })

  it('lets one go that is in a file', async () => {
    const { claim, back } = await paidTwice()
    expect((await exportNow(world)).ok).toBe(true)
    await receive(world, back)
    await workNow(world.deps)
    expect(await refundOf(world, claim)).toMatchObject({ state: 'exported' })
    expect(await owedOn(claim)).toBe(10_000n)
    await checkSums(world, claim)
    await checkConserved(world)
  })

  it('is paid by a refund that came back, or was refused', async () => {
    const { claim, back } = await paidTwice()
    await exportNow(world)
    await receive(world, back)
    await workNow(world.deps)
    await receive(world, bookingOf(await refundOf(world, claim), 'back'))
    await workNow(world.deps)
    expect(await now(claim)).toMatchObject({ paid: 3_000n, overpaid: 0n, givenBack: 0n })
    await checkSums(world, claim)
    await checkConserved(world)
  })
})

describe('the one payment of a bill, with a surplus', () => {
  async function overpaid() {
    await letRulesApprove(world)
    const claim = await issueHundred(world)
    const payment = await pay(world, claim, 13_000n)
    await choose(world, claim, { choice: 'refund-to-origin' })
    return { claim, payment, back: { ...payment, takesBack: 'AC04' } }
  }

  it('that goes back stops the refund', async () => {
    const { claim, back } = await overpaid()
    await receive(world, back)
    expect(await exportNow(world)).toMatchObject({ error: { code: 'nothing-to-export' } })
    await workNow(world.deps)
    expect(await refundOf(world, claim)).toMatchObject({ state: 'withdrawn' })
    expect(await now(claim)).toMatchObject({ state: 'open', overpaid: 0n, givenBack: 0n })
  })

  it('that goes back after the refund was ordered is a task', async () => {
    const { claim, back } = await overpaid()
    await exportNow(world)
    await receive(world, back)
    await workNow(world.deps)
    expect(await openTasksOf(claim)).toEqual(['credit-not-covered'])
    await checkConserved(world)
    // Paid in the same amount again nothing is missing, and nothing is offered a second time.
    await pay(world, claim, 13_000n)
    expect(await openTasksOf(claim)).toEqual([])
    expect(await now(claim)).toMatchObject({
      state: 'settled',
      overpaid: 3_000n,
      givenBack: 3_000n,
    })
    expect(await offerOf(world, claim)).toMatchObject({ state: 'chosen' })
    await checkConserved(world)
  })

  it('is a task each time that it goes back', async () => {
    const { claim, back } = await overpaid()
    await exportNow(world)
    await receive(world, back)
    await workNow(world.deps)
    const again = await pay(world, claim, 13_000n)
    await pay(world, claim, 13_000n, { ...again, takesBack: 'AC04' })
    expect(await openTasksOf(claim)).toEqual(['credit-not-covered'])
  })
})

describe('money that was matched in error', () => {
  it('is not refunded twice without a person, once it is placed rightly', async () => {
    await letRulesApprove(world)
    const [wrong, right] = [await issueHundred(world), await issueHundred(world)]
    await pay(world, wrong, 13_000n)
    await choose(world, wrong, { choice: 'refund-to-origin' })
    await exportNow(world)
    expect(await refundOf(world, wrong)).toMatchObject({ state: 'exported' })
    const [payment] = await paymentsOf(world, wrong)
    const key = { creditorId: world.creditorId, transactionId: payment?.transactionId ?? '' }
    await unmatchBooking(world.deps, { ...key, by: 'Kim', reason: 'wrong-claim' })
    const amount = { value: '130.00', currency: 'EUR' }
    const allocations = [{ paymentRequestId: right.claimId, amount }]
    await matchByHand(world.deps, { ...key, by: 'Kim', allocations })
    await workNow(world.deps)
    expect(await openTasksOf(wrong)).toEqual(['credit-not-covered'])
    expect(await choose(world, right, { choice: 'refund-to-origin' })).toBe('ok')
    expect(await refundOf(world, right)).toMatchObject({
      state: 'chosen',
      cautions: ['payment-returned'],
    })
    await checkConserved(world)
  })
})

describe('a collective payment that goes back', () => {
  it('opens every bill, after its surplus was set off and refunded', async () => {
    await letRulesApprove(world)
    const one = await issueHundred(world, { debtor: 'ann' })
    const two = await issueHundred(world, { debtor: 'ben' })
    const bill = await issueHundred(world, { debtor: 'ann', value: '20.00' })
    const payment = { amount: '250.00', bankReference: 'C1', payer: PAYER }
    await receive(world, payment)
    const [booking] = await bookingsOf(world)
    const key = { creditorId: world.creditorId, transactionId: booking?.transaction_id ?? '' }
    const share = ({ claimId: paymentRequestId }: Claim, value: string) => {
      return { paymentRequestId, amount: { value, currency: 'EUR' } }
    }
    const allocations = [share(one, '120.00'), share(two, '130.00')]
    await matchByHand(world.deps, { ...key, by: 'Kim', allocations })
    await workNow(world.deps)
    await choose(world, one, { choice: 'set-off' })
    await choose(world, two, { choice: 'refund-to-account', iban: 'BE71096123456769' })
    await approveRefund(world.deps, { ...(await refundOf(world, two)), by: 'Eva' })
    expect((await exportNow(world)).ok).toBe(true)
    expect(await now(bill)).toMatchObject({ state: 'settled' })
    await receive(world, { ...payment, takesBack: 'AC04' })
    await workNow(world.deps)
    for (const claim of [one, two, bill]) {
      expect(await now(claim)).toMatchObject({ state: 'open', paid: 0n, overpaid: 0n })
      await checkSums(world, claim)
    }
    expect(await Promise.all([one, two, bill].map(openTasksOf))).toEqual([
      [],
      ['credit-not-covered'],
      [],
    ])
    await checkConserved(world)
  })
})
