import { describe, expect, it } from 'vitest'
import type { Claim } from '../../src/storage/claims.ts'
import { thankDebtor } from '../../src/use-cases/thank-debtor.ts'
import { openFileWorld } from '../support/file-world.ts'
import { addCreditor, issueHundred, noteMail, paymentsOf, receive } from '../support/money-world.ts'
import { enrolTestAgent, outboxOf, TUESDAY_MORNING } from '../support/test-world.ts'

const world = await openFileWorld()

async function settle(claim: Claim) {
  const { claimId, reference } = claim
  const payment = { amount: '100.00', bankReference: 'B1', reference }
  await receive(world, payment)
  const paymentId = (await paymentsOf(world, claim))[0]?.paymentId ?? ''
  const thank = (creditorId = world.creditorId) =>
    thankDebtor(world.deps, { creditorId, claimId, paymentId })
  return { paymentId, payment, thank }
}

async function thanks() {
  return await world.deps.db
    .selectFrom('human_messages')
    .selectAll()
    .where('template', '=', 'thank-you')
    .execute()
}

describe('the thank-you for a settled claim', () => {
  it('is one queued mail, however often the work runs', async () => {
    const claim = await issueHundred(world)
    const { paymentId, thank } = await settle(claim)
    expect((await Promise.all([thank(), thank()])).filter(Boolean)).toHaveLength(1)
    expect(await thank()).toBe(false)
    const written = await thanks()
    expect(written).toMatchObject([
      {
        claim_id: claim.claimId,
        debtor_id: claim.debtorId,
        step: `thank-you:${paymentId}`,
        channel: 'email',
        state: 'queued',
      },
    ])
    expect(await outboxOf(world, 'send-message')).toEqual([{ messageId: written[0]?.message_id }])
  })

  it('is left to the receipt when an agent acts for a person who got no mail', async () => {
    const claim = await issueHundred(world)
    await enrolTestAgent(world, claim.debtorId)
    const { thank } = await settle(claim)
    expect(await outboxOf(world, 'thank-debtor')).toEqual([])
    expect(await thank()).toBe(false)
    expect(await thanks()).toEqual([])
  })

  it('goes to a person with an agent who got a mail about the claim', async () => {
    const claim = await issueHundred(world)
    await enrolTestAgent(world, claim.debtorId)
    await noteMail(world, claim, { step: 'first-notice', sentAt: TUESDAY_MORNING })
    const { paymentId, thank } = await settle(claim)
    const { claimId } = claim
    expect(await outboxOf(world, 'thank-debtor')).toEqual([{ claimId, paymentId }])
    expect(await thank()).toBe(true)
  })

  it('is left out without an e-mail address', async () => {
    const { thank } = await settle(await issueHundred(world, { hasEmail: false }))
    expect(await outboxOf(world, 'thank-debtor')).toEqual([])
    expect(await thank()).toBe(false)
    expect(await thanks()).toEqual([])
  })

  it('is left out when the money came back in the meantime', async () => {
    const { payment, thank } = await settle(await issueHundred(world))
    await receive(world, { ...payment, takesBack: 'AC04' })
    expect(await thank()).toBe(false)
    expect(await thanks()).toEqual([])
  })

  it("is left out for another creditor's payment", async () => {
    const { thank } = await settle(await issueHundred(world))
    expect(await thank(await addCreditor(world))).toBe(false)
    expect(await thanks()).toEqual([])
  })
})
