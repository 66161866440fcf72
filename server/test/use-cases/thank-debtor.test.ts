import { describe, expect, it } from 'vitest'
import type { Claim } from '../../src/storage/claims.ts'
import { closeChannel, updateDebtor } from '../../src/storage/debtors.ts'
import type { TextMessenger } from '../../src/use-cases/outbound-ports.ts'
import { sendHumanMessage } from '../../src/use-cases/send-human-message.ts'
import { thankDebtor } from '../../src/use-cases/thank-debtor.ts'
import { openFileWorld } from '../support/file-world.ts'
import { addCreditor, issueHundred, noteMail, paymentsOf, receive } from '../support/money-world.ts'
import {
  claimNow,
  enrolTestAgent,
  eventsOf,
  outboxOf,
  TUESDAY_MORNING,
} from '../support/test-world.ts'

const world = await openFileWorld()

async function settle(claim: Claim) {
  const { claimId, reference } = claim
  const payment = { amount: '100.00', bankReference: claimId, reference }
  await receive(world, payment)
  const paymentId = (await paymentsOf(world, claim))[0]?.paymentId ?? ''
  const thank = (creditorId = world.creditorId) =>
    thankDebtor(world.deps, { creditorId, claimId, paymentId })
  return { paymentId, payment, thank }
}

/** A hundred euros owed by somebody of whom no more is known than a telephone. */
async function issueToPhone(country = 'BE') {
  const claim = await issueHundred(world, { hasEmail: false })
  await updateDebtor(world.deps.db, claim, { contact: { phone: '+32470123456' }, country })
  return claim
}

async function sendThanks(goes: { at: string }) {
  world.goTo(goes.at)
  const texts: { to: string; text: string }[] = []
  const messenger: TextMessenger = {
    async send({ to, text }) {
      texts.push({ to, text })
      return { kind: 'accepted', provider: 'test', providerId: `P${texts.length}`, segments: 1 }
    },
  }
  const log = { warn: () => {} }
  const deps = { ...world.deps, mailer: undefined, messenger, letters: undefined, log }
  for (const payload of await outboxOf(world, 'send-message')) {
    const { messageId } = payload as { messageId: string }
    await sendHumanMessage(deps, { creditorId: world.creditorId, messageId })
  }
  return texts
}

async function thanks() {
  return await world.deps.db
    .selectFrom('human_messages')
    .selectAll()
    .where('step', 'like', 'thank-you:%')
    .orderBy('message_id')
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

  it('apologises to who was reminded of what had been paid, not for the bill itself', async () => {
    const settled = async (mails: readonly string[]) => {
      const claim = await issueHundred(world)
      for (const [index, at] of mails.entries()) {
        await noteMail(world, claim, { step: `step-${index}`, sentAt: Date.parse(at) / 1000 })
      }
      const { thank } = await settle(claim)
      expect(await thank()).toBe(true)
      return (await thanks()).at(-1)?.template
    }
    // The money came on the 10th; the bill is due on the 31st.
    expect(await settled(['2026-03-10T09:00:00Z'])).toBe('thank-you')
    expect(await settled(['2026-03-05T09:00:00Z', '2026-03-09T09:00:00Z'])).toBe('thank-you')
    expect(await settled(['2026-03-05T09:00:00Z', '2026-03-10T09:00:00Z'])).toBe(
      'apology-and-thanks-t1',
    )
    expect(await settled(['2026-04-05T09:00:00Z'])).toBe('apology-and-thanks-t1')
  })

  it('is left out without an e-mail address', async () => {
    const { thank } = await settle(await issueHundred(world, { hasEmail: false }))
    expect(await outboxOf(world, 'thank-debtor')).toEqual([])
    expect(await thank()).toBe(false)
    expect(await thanks()).toEqual([])
  })

  it('is a text message to a person without an e-mail address, by day', async () => {
    const claim = await issueToPhone()
    const { thank, paymentId } = await settle(claim)
    expect(await outboxOf(world, 'thank-debtor')).toEqual([{ claimId: claim.claimId, paymentId }])
    expect([await thank(), await thank()]).toEqual([true, false])
    expect(await thanks()).toMatchObject([{ channel: 'sms', state: 'queued', is_contact: false }])
    expect(await sendThanks({ at: '2026-03-10T21:30:00Z' })).toEqual([])
    const deferred = (await eventsOf(world, claim.claimId)).at(-1)
    const morning = Date.parse('2026-03-11T08:00:00Z') / 1000
    expect(deferred).toMatchObject({ type: 'reminder.deferred', data: { until: morning } })
    const texts = await sendThanks({ at: '2026-03-11T08:00:00Z' })
    expect(texts).toMatchObject([{ to: '+32470123456' }])
    expect(texts[0]?.text).toMatch(/^Blue Water: thank you, we received €100\.00 on 10\/03\/2026\./)
    expect((await eventsOf(world, claim.claimId)).at(-1)).toMatchObject({
      type: 'thank-you.sent',
      data: { channel: 'sms' },
    })
  })

  it('is one: who was thanked by mail gets no text when the address is gone', async () => {
    const claim = await issueHundred(world)
    const { thank } = await settle(claim)
    expect(await thank()).toBe(true)
    await updateDebtor(world.deps.db, claim, { contact: { phone: '+32470123456' } })
    expect(await thank()).toBe(false)
    expect(await thanks()).toHaveLength(1)
  })

  it('is left out where the person stopped the channel, and goes by no other', async () => {
    const byMail = await issueHundred(world)
    const contact = { email: 'ann@example.org', phone: '+32470123456' }
    await updateDebtor(world.deps.db, byMail, { contact })
    const byText = await issueToPhone()
    await world.deps.db.transaction().execute(async (tx) => {
      await closeChannel(tx, byMail, 'email')
      await closeChannel(tx, byText, 'sms')
    })
    for (const claim of [byMail, byText]) expect(await (await settle(claim)).thank()).toBe(false)
  })

  it('is left out where no provider of text messages serves', async () => {
    const { claimId } = await issueToPhone()
    const { paymentId } = await settle(await claimNow(world, claimId))
    const deps = { ...world.deps, servedChannels: new Set(['email'] as const) }
    expect(await thankDebtor(deps, { creditorId: world.creditorId, claimId, paymentId })).toBe(
      false,
    )
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
