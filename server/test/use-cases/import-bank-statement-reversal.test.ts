import { parseAmount, parsePayload, typOf } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import type { Claim } from '../../src/storage/claims.ts'
import { cancelPaymentRequest } from '../../src/use-cases/cancel-payment-request.ts'
import { importBankStatement } from '../../src/use-cases/import-bank-statement.ts'
import { camtNotification } from '../support/camt-notification.ts'
import { openFileWorld } from '../support/file-world.ts'
import {
  addCreditor,
  agreeOn,
  bookingsOf,
  caseOf,
  checkSums,
  eventsAfterIssue,
  IBAN,
  issueHundred,
  linesOf,
  noteMail,
  paymentsOf,
  receive,
} from '../support/money-world.ts'
import { claimNow, DAY, TUESDAY_MORNING, transcriptOf } from '../support/test-world.ts'

const world = await openFileWorld()

const importFile = (file: string, creditorId = world.creditorId) =>
  importBankStatement(world.deps, { creditorId, file })

const now = ({ claimId }: Claim) => claimNow(world, claimId)

const typesOf = async (claim: Claim) =>
  (await eventsAfterIssue(world, claim)).map(({ type }) => type)

/** A claim that one payment has settled, and the entry that takes that payment back. */
async function settled() {
  const claim = await issueHundred(world)
  const { reference } = claim
  const payment = { amount: '100.00', bankReference: 'B1', reference }
  await receive(world, payment)
  return { claim, reference, payment, back: { ...payment, takesBack: 'AC04' } }
}

describe('a booked payment that the bank takes back', () => {
  it('opens the settled claim again and keeps its conversation', async () => {
    const { claim, back } = await settled()
    expect(await receive(world, back)).toMatchObject({ reversals: 1, unmatched: 0 })

    expect(await now(claim)).toMatchObject({
      state: 'open',
      paid: 0n,
      overpaid: 0n,
      dunning: 'active',
      conversation: claim.conversation,
      thr: claim.thr,
    })
    expect((await linesOf(world, claim)).map(({ paid }) => paid)).toEqual([0n])
    expect((await paymentsOf(world, claim))[0]?.reversedAt).toBe(TUESDAY_MORNING)
    expect(await bookingsOf(world)).toContainEqual(
      expect.objectContaining({
        state: 'reversal',
        reason: 'bank-reference',
        claim_id: claim.claimId,
      }),
    )
    await checkSums(world, claim)
  })

  it('is told to the timeline with the reason code of the bank', async () => {
    const { claim, back } = await settled()
    await receive(world, back)
    const paymentId = (await paymentsOf(world, claim))[0]?.paymentId
    const outstanding = '100.00'
    expect((await eventsAfterIssue(world, claim)).slice(-2)).toEqual([
      {
        type: 'payment.returned',
        data: { paymentId, amount: '100.00', currency: 'EUR', outstanding, reason: 'AC04' },
      },
      { type: 'payment-request.reopened', data: { paymentId, outstanding } },
    ])
  })

  it("is told to the debtor's side in a signed status: its receipt no longer stands", async () => {
    const { claim, back } = await settled()
    await receive(world, back)
    const last = (await transcriptOf(world, claim.thr)).at(-1)
    expect(last?.typ).toBe(typOf('status'))
    const status = parsePayload('status', last?.payload)
    if (!status.ok) throw new Error(status.error.detail)
    expect(status.value).toMatchObject({ requestId: claim.claimId, claim: 'open' })
    expect(parseAmount(status.value.outstanding)).toMatchObject({ value: { minor: 10_000n } })
  })

  it('starts the journey again after three days, inside the window of its first step', async () => {
    const { claim, back } = await settled()
    expect(await caseOf(world, claim)).toBeUndefined()
    await receive(world, back)
    expect(await caseOf(world, claim)).toMatchObject({
      journey_id: 'friendly-default',
      steps_done: [],
      next_step: 'first-notice',
      // Friday, 13 March, 10:00.
      next_action_at: TUESDAY_MORNING + 3 * DAY,
    })
  })

  it('waits for Monday when the three days end on a weekend', async () => {
    world.goTo('2026-03-12T09:00:00Z')
    const { claim, back } = await settled()
    await receive(world, back)
    expect(await caseOf(world, claim)).toMatchObject({
      // Monday, 16 March, 09:00 in Brussels.
      next_action_at: Date.parse('2026-03-16T08:00:00Z') / 1000,
    })
  })

  it('goes on with the step after the last message that was written', async () => {
    const { claim, back } = await settled()
    const sentAt = TUESDAY_MORNING - DAY
    await noteMail(world, claim, { step: 'first-notice', sentAt })
    await receive(world, back)
    expect(await caseOf(world, claim)).toMatchObject({
      steps_done: [{ stepId: 'first-notice', at: sentAt }],
      next_step: 'reminder',
    })
  })

  it('opens no case when every step was taken', async () => {
    const { claim, back } = await settled()
    for (const step of ['first-notice', 'reminder', 'second-reminder']) {
      await noteMail(world, claim, { step, sentAt: TUESDAY_MORNING - DAY })
    }
    await receive(world, back)
    expect(await caseOf(world, claim)).toBeUndefined()
    expect((await now(claim)).dunning).toBe('exhausted')
  })

  it('is found by the end-to-end id when the bank gives no reference', async () => {
    const claim = await issueHundred(world)
    const endToEndId = (await linesOf(world, claim))[0]?.endToEndId ?? ''
    await receive(world, { amount: '100.00', endToEndId })
    expect((await now(claim)).state).toBe('settled')
    await receive(world, { amount: '100.00', endToEndId, takesBack: 'MD06' })
    expect((await now(claim)).state).toBe('open')
  })

  it('is found when the bank lists the newest first', async () => {
    const claim = await issueHundred(world)
    const { reference } = claim
    const payment = { amount: '100.00', bankReference: 'B1', reference }
    const imported = await receive(world, { ...payment, takesBack: 'reversal' }, payment)
    expect(imported).toMatchObject({ matched: 1, reversals: 1, unmatched: 0 })
    expect((await now(claim)).state).toBe('open')
    await checkSums(world, claim)
  })

  it('has its effect once, in one import or in two at the same time', async () => {
    const { claim, back, payment } = await settled()
    const file = camtNotification(IBAN, [payment, back])
    await Promise.all([importFile(file), importFile(file)])
    expect(await importFile(file)).toMatchObject({ value: { alreadyImported: 2 } })
    expect(await now(claim)).toMatchObject({ state: 'open', paid: 0n })
    const types = await typesOf(claim)
    expect(types.filter((type) => type === 'payment.returned')).toHaveLength(1)
    await checkSums(world, claim)
  })

  it('can be paid again', async () => {
    const { claim, back, reference } = await settled()
    await receive(world, back)
    await receive(world, { amount: '100.00', bankReference: 'B9', reference })
    expect(await now(claim)).toMatchObject({ state: 'settled', paid: 10_000n, dunning: 'idle' })
    expect(await caseOf(world, claim)).toBeUndefined()
    await checkSums(world, claim)
  })
})

describe('a part payment that comes back', () => {
  it('gives the open claim three days of grace and no event of reopening', async () => {
    const claim = await issueHundred(world)
    const { reference } = claim
    const payment = { amount: '40.00', bankReference: 'B1', reference }
    await receive(world, payment, { ...payment, takesBack: 'reversal' })
    expect(await now(claim)).toMatchObject({ state: 'open', paid: 0n, dunning: 'active' })
    expect(await caseOf(world, claim)).toMatchObject({
      next_action_at: TUESDAY_MORNING + 3 * DAY,
    })
    expect(await typesOf(claim)).toContain('payment.returned')
    expect(await typesOf(claim)).not.toContain('payment-request.reopened')
  })
})

describe('one of two payments that comes back', () => {
  it('leaves the claim settled when the other had paid it twice', async () => {
    const { claim, back, reference } = await settled()
    world.pass(1)
    await receive(world, { amount: '100.00', bankReference: 'B2', reference })
    await receive(world, back)
    expect(await now(claim)).toMatchObject({ state: 'settled', paid: 10_000n, overpaid: 0n })
    expect(await caseOf(world, claim)).toBeUndefined()
    const [first, second] = await paymentsOf(world, claim)
    expect(first?.reversedAt).toBe(TUESDAY_MORNING + 1)
    expect(second).toMatchObject({ allocations: [{ line: 1, minor: 10_000n }], overpaid: 0n })
    expect(await typesOf(claim)).not.toContain('payment-request.reopened')
    await checkSums(world, claim)
  })

  it('takes back from the lines of the plan what it had paid there', async () => {
    const claim = await issueHundred(world)
    const { reference } = claim
    await agreeOn(world, claim, [
      { amount: 5_000n, dueDate: '2026-04-15' },
      { amount: 5_000n, dueDate: '2026-05-15' },
    ])
    const first = { amount: '50.00', bankReference: 'B1', reference }
    await receive(world, first, { amount: '20.00', bankReference: 'B2', reference })
    await receive(world, { ...first, takesBack: 'AM04' })
    expect((await linesOf(world, claim)).map(({ paid }) => paid)).toEqual([0n, 2_000n])
    await receive(world, { amount: '80.00', bankReference: 'B3', reference })
    expect(await now(claim)).toMatchObject({ state: 'settled', paid: 10_000n })
    await checkSums(world, claim)
  })
})

describe('a return that must not reopen a claim', () => {
  it.each([
    ['of an unknown payment', { bankReference: 'X9' }, 'reversal-of-unknown'],
    ['of another amount', { amount: '99.00' }, 'reversal-differs'],
    ['in another currency', { currency: 'CHF' }, 'reversal-differs'],
  ])('%s waits for a person', async (_, change, reason) => {
    const { claim, back } = await settled()
    const imported = await receive(world, { ...back, ...change })
    expect(imported).toMatchObject({ unmatched: 1, reversals: 0 })
    expect(await bookingsOf(world)).toContainEqual(
      expect.objectContaining({ state: 'unmatched', reason }),
    )
    expect((await now(claim)).state).toBe('settled')
  })

  it('of a payment that came back before waits for a person', async () => {
    const { claim, back } = await settled()
    await receive(world, back)
    await receive(world, { ...back, takesBack: 'reversal' })
    expect(await bookingsOf(world)).toContainEqual(
      expect.objectContaining({ state: 'unmatched', reason: 'reversal-differs' }),
    )
    expect((await now(claim)).paid).toBe(0n)
  })

  it("of another creditor's payment does not touch it", async () => {
    const { claim, back } = await settled()
    await importFile(camtNotification(IBAN, [back]), await addCreditor(world))
    expect((await now(claim)).state).toBe('settled')
  })

  it('of money for a cancelled claim leaves it cancelled', async () => {
    const claim = await issueHundred(world)
    const { creditorId, claimId, reference } = claim
    const payment = { amount: '100.00', bankReference: 'B1', reference }
    await cancelPaymentRequest(world.deps, { creditorId, claimId, reason: 'OTHR' })
    await receive(world, payment, { ...payment, takesBack: 'reversal' })
    expect(await now(claim)).toMatchObject({ state: 'cancelled', paid: 0n, overpaid: 0n })
    expect(await caseOf(world, claim)).toBeUndefined()
    await checkSums(world, claim)
  })
})
