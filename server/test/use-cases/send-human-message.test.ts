import PostalMime from 'postal-mime'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createMailer } from '../../src/outbound/email.ts'
import { changeClaim, lockClaim } from '../../src/storage/claims.ts'
import { updateCreditor } from '../../src/storage/creditors.ts'
import { updateDebtor } from '../../src/storage/debtors.ts'
import type { HumanMessageKey } from '../../src/storage/human-messages.ts'
import { takeForSending } from '../../src/storage/sending-messages.ts'
import type { Mailer } from '../../src/use-cases/outbound-ports.ts'
import { requeueHumanMessages } from '../../src/use-cases/requeue-human-messages.ts'
import {
  giveUpHumanMessage,
  type SendDeps,
  sendHumanMessage,
} from '../../src/use-cases/send-human-message.ts'
import { takeDueDunningSteps } from '../../src/use-cases/take-due-dunning-steps.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import {
  DAY,
  debtorNamed,
  enrolTestAgent,
  eventsOf,
  HOUR,
  issueClaim,
  openTestWorld,
  outboxOf,
  type TestWorld,
} from '../support/test-world.ts'

let world: TestWorld
let smtp: MailServer
let mailer: Mailer
let warnings: string[]
let deps: SendDeps

beforeAll(async () => {
  world = await openTestWorld()
  smtp = await startMailServer()
  mailer = createMailer({ smtpUrl: smtp.url, from: 'Blue Water <bills@blue-water.example>' })
})

beforeEach(async () => {
  await world.reset()
  smtp.mails.length = 0
  smtp.refuseRecipient = undefined
  smtp.refuseData = undefined
  warnings = []
  const log = { warn: (_facts: object, message: string) => warnings.push(message) }
  deps = { ...world.deps, mailer, messenger: undefined, letters: undefined, log }
})

afterAll(async () => {
  await mailer.close()
  await smtp.close()
  await world.close()
})

/** A claim whose first notice is queued. */
async function queuedNotice(change: Parameters<typeof issueClaim>[1] = {}) {
  const claim = await issueClaim(world, change)
  await takeDueDunningSteps(world.deps, { limit: 100 })
  return { claim, key: await queuedFor(claim.claimId) }
}

async function queuedFor(claimId: string): Promise<HumanMessageKey> {
  return await world.deps.db
    .selectFrom('human_messages')
    .select(['creditor_id as creditorId', 'message_id as messageId'])
    .where('claim_id', '=', claimId)
    .orderBy('message_id', 'desc')
    .executeTakeFirstOrThrow()
}

async function rowOf(key: HumanMessageKey) {
  return await world.deps.db
    .selectFrom('human_messages')
    .select(['state', 'sent_at', 'try_again_at', 'sending_until', 'delivery', 'leaving'])
    .where('message_id', '=', key.messageId)
    .executeTakeFirstOrThrow()
}

async function reminders(claimId: string) {
  const events = await eventsOf(world, claimId)
  return events.filter(({ type }) => /^(reminder|thank-you)\./.test(type))
}

/** A process that dies before, or after, the mail server has said yes. */
function crashing(when: 'before' | 'after'): SendDeps {
  const send: Mailer['send'] = async (...args) => {
    if (when === 'after') await mailer.send(...args)
    throw new Error('killed')
  }
  return { ...deps, mailer: { ...mailer, send } }
}

async function letTheLeaseEnd({ messageId }: HumanMessageKey): Promise<void> {
  await world.deps.db
    .updateTable('human_messages')
    .set({ sending_until: 0 })
    .where('message_id', '=', messageId)
    .execute()
}

const lastMail = () => PostalMime.parse(smtp.mails.at(-1)?.raw ?? '')

describe('a message that is due', () => {
  it('arrives in the person’s language with the link and what to pay', async () => {
    const { claim, key } = await queuedNotice()
    expect(await sendHumanMessage(deps, key)).toEqual({ kind: 'done' })
    const mail = await lastMail()
    expect(mail.to?.map(({ address }) => address)).toEqual([
      expect.stringMatching(/^customer-\d+@example\.org$/),
    ])
    expect(mail.subject).toBe('Uw rekening van Blue Water: € 120,00'.replace('€ ', '€\u00a0'))
    expect(mail.text).toContain(world.deps.links.urlOf(claim.claimId))
    expect(mail.text).toContain('BE71 0961 2345 6769')
    expect(mail.html).toContain(world.deps.links.urlOf(claim.claimId))
  })

  it('offers its person to end mails by one click', async () => {
    const { claim, key } = await queuedNotice()
    await sendHumanMessage(deps, key)
    const { headers } = await lastMail()
    const named = (name: string) => headers.find((header) => header.key === name)?.value
    const link = `${world.deps.links.urlOf(claim.claimId)}/unsubscribe`
    expect(named('list-unsubscribe')).toBe(`<${link}>`)
    expect(named('list-unsubscribe-post')).toBe('List-Unsubscribe=One-Click')
  })

  it('is written in the creditor’s language when the person’s is unknown', async () => {
    const { language: _, ...person } = debtorNamed('no-language')
    const { key } = await queuedNotice({ debtor: person })
    await updateCreditor(world.deps.db, world.creditorId, { language: 'de' })
    await sendHumanMessage(deps, key)
    expect((await lastMail()).subject).toContain('Rechnung')
  })

  it('is recorded as sent only when the mail server has accepted it', async () => {
    const { claim, key } = await queuedNotice()
    expect(await reminders(claim.claimId)).toEqual([])
    world.pass(90)
    await sendHumanMessage(deps, key)
    expect(await rowOf(key)).toMatchObject({ state: 'sent', sent_at: world.deps.clock.now() })
    expect(await reminders(claim.claimId)).toMatchObject([
      {
        type: 'reminder.sent',
        data: { step: 'first-notice', template: 'payment-request-t1', channel: 'email' },
      },
    ])
  })

  it('leaves once, however often its job runs', async () => {
    const { claim, key } = await queuedNotice()
    await sendHumanMessage(deps, key)
    await sendHumanMessage(deps, key)
    expect(smtp.mails).toHaveLength(1)
    expect(await reminders(claim.claimId)).toHaveLength(1)
  })

  it('is left to the worker that has it', async () => {
    const { key } = await queuedNotice()
    await takeForSending(world.deps.db, key, 60)
    expect(await sendHumanMessage(deps, key)).toMatchObject({ kind: 'again' })
    expect(smtp.mails).toEqual([])
  })

  it('never leaves again after a crash behind the mail server’s yes', async () => {
    const { claim, key } = await queuedNotice()
    await expect(sendHumanMessage(crashing('after'), key)).rejects.toThrow('killed')
    expect(await rowOf(key)).toMatchObject({ state: 'queued', delivery: null })
    expect(await sendHumanMessage(deps, key)).toEqual({ kind: 'done' })
    expect(smtp.mails).toHaveLength(1)
    expect(await rowOf(key)).toMatchObject({ state: 'sent', delivery: 'unknown', leaving: null })
    expect(await reminders(claim.claimId)).toMatchObject([
      { type: 'reminder.sent', data: { channel: 'email', delivery: 'unknown' } },
    ])
  })

  it('leaves after a crash before it could have left', async () => {
    const { key } = await queuedNotice()
    await expect(sendHumanMessage(crashing('before'), key)).rejects.toThrow('killed')
    expect(smtp.mails).toEqual([])
    await sendHumanMessage(deps, key)
    expect(smtp.mails).toHaveLength(1)
    expect(await rowOf(key)).toMatchObject({ state: 'sent', delivery: 'accepted' })
  })

  it('leaves later when the server said no to the whole of it', async () => {
    const { key } = await queuedNotice()
    smtp.refuseData = { code: 452, text: 'full' }
    expect(await sendHumanMessage(deps, key)).toMatchObject({ kind: 'again' })
    expect(await rowOf(key)).toMatchObject({ state: 'queued', leaving: null })
    smtp.refuseData = undefined
    await sendHumanMessage(deps, key)
    expect(await rowOf(key)).toMatchObject({ state: 'sent', delivery: 'accepted' })
  })

  it('does not leave when another sender has taken it meanwhile', async () => {
    const { key } = await queuedNotice()
    const slow = {
      ...deps,
      mailer: {
        ...mailer,
        send: async (...args: Parameters<Mailer['send']>) => {
          await letTheLeaseEnd(key)
          expect(await takeForSending(world.deps.db, key, 60)).toMatchObject({ leaving: null })
          return await mailer.send(...args)
        },
      },
    }
    expect(await sendHumanMessage(slow, key)).toMatchObject({ kind: 'again' })
    expect(smtp.mails).toEqual([])
    expect(await sendHumanMessage(deps, key)).toMatchObject({ kind: 'again' })
    await letTheLeaseEnd(key)
    await sendHumanMessage(deps, key)
    expect(smtp.mails).toHaveLength(1)
  })

  it('says that the app was asked first when an agent let its time pass', async () => {
    const claim = await issueClaim(world)
    await enrolTestAgent(world, claim.debtorId)
    world.pass(24 * HOUR)
    await takeDueDunningSteps(world.deps, { limit: 100 })
    await sendHumanMessage(deps, await queuedFor(claim.claimId))
    expect((await lastMail()).text).toMatch(/app/)
  })

  it('names a new day to pay by in a reminder', async () => {
    const { claim, key } = await queuedNotice()
    await sendHumanMessage(deps, key)
    world.goTo('2026-04-03T08:00:00Z')
    await takeDueDunningSteps(world.deps, { limit: 100 })
    await sendHumanMessage(deps, await queuedFor(claim.claimId))
    expect((await lastMail()).text).toContain('10 april 2026')
  })

  it('shows what was paid already beside what is left', async () => {
    const { claim, key } = await queuedNotice()
    await world.deps.db.transaction().execute(async (tx) => {
      await changeClaim(tx, claim, { paid: 2_000n })
    })
    await sendHumanMessage(deps, key)
    const text = (await lastMail()).text?.replaceAll('\u00a0', ' ')
    expect(text).toContain('€ 100,00')
    expect(text).toContain('€ -20,00')
  })
})

describe('a message that is not right any more', () => {
  it('is dropped when the claim was settled meanwhile', async () => {
    const { claim, key } = await queuedNotice()
    await world.deps.db.transaction().execute(async (tx) => {
      await changeClaim(tx, claim, { state: 'settled', paid: claim.principal })
    })
    expect(await sendHumanMessage(deps, key)).toEqual({ kind: 'done' })
    expect(smtp.mails).toEqual([])
    expect((await rowOf(key)).state).toBe('dropped')
    expect(await reminders(claim.claimId)).toMatchObject([
      { type: 'reminder.skipped', data: { step: 'first-notice', reason: 'settled' } },
    ])
  })

  it('is dropped when the address was taken away', async () => {
    const { claim, key } = await queuedNotice()
    await updateDebtor(world.deps.db, claim, { contact: {} })
    await sendHumanMessage(deps, key)
    expect(await reminders(claim.claimId)).toMatchObject([{ data: { reason: 'no-address' } }])
  })

  it('waits when an agent has enrolled meanwhile and may still answer', async () => {
    const { claim, key } = await queuedNotice()
    await enrolTestAgent(world, claim.debtorId)
    await sendHumanMessage(deps, key)
    expect(smtp.mails).toEqual([])
    expect(await rowOf(key)).toMatchObject({
      state: 'queued',
      sending_until: null,
      try_again_at: world.deps.clock.now() + 24 * HOUR,
    })
    expect(await reminders(claim.claimId)).toMatchObject([
      { type: 'reminder.deferred', data: { reason: 'agent-may-answer' } },
    ])
  })

  it('waits for the morning when its job comes late', async () => {
    const { key } = await queuedNotice()
    world.goTo('2026-03-10T20:00:00Z')
    await sendHumanMessage(deps, key)
    expect(smtp.mails).toEqual([])
    world.goTo('2026-03-11T08:00:00Z')
    expect(await requeueHumanMessages(deps, { limit: 10 })).toBe(1)
    await sendHumanMessage(deps, key)
    expect(smtp.mails).toHaveLength(1)
  })
})

describe('a mail server that says no', () => {
  it('for good: the message has failed and the claim says so', async () => {
    const { claim, key } = await queuedNotice()
    smtp.refuseRecipient = { code: 550, text: 'no such mailbox' }
    expect(await sendHumanMessage(deps, key)).toEqual({ kind: 'done' })
    expect((await rowOf(key)).state).toBe('failed')
    expect(await reminders(claim.claimId)).toMatchObject([
      { type: 'reminder.skipped', data: { step: 'first-notice', reason: 'undeliverable' } },
    ])
  })

  it('for now: the queue tries again, and the message leaves then', async () => {
    const { key } = await queuedNotice()
    smtp.refuseData = { code: 451, text: 'try later' }
    expect(await sendHumanMessage(deps, key)).toMatchObject({ kind: 'again' })
    expect(await rowOf(key)).toMatchObject({ state: 'queued', sending_until: null })
    smtp.refuseData = undefined
    expect(await sendHumanMessage(deps, key)).toEqual({ kind: 'done' })
    expect(smtp.mails).toHaveLength(1)
  })

  it('for long: it is taken up again after the queue gave up, for three days', async () => {
    const { claim, key } = await queuedNotice()
    await giveUpHumanMessage(deps, key)
    expect(await requeueHumanMessages(deps, { limit: 10 })).toBe(0)
    world.pass(HOUR)
    expect(await requeueHumanMessages(deps, { limit: 10 })).toBe(1)
    expect(await requeueHumanMessages(deps, { limit: 10 })).toBe(0)
    expect(await outboxOf(world, 'send-message')).toHaveLength(2)
    world.pass(3 * DAY)
    await giveUpHumanMessage(deps, key)
    expect((await rowOf(key)).state).toBe('failed')
    expect(await reminders(claim.claimId)).toMatchObject([{ data: { reason: 'undeliverable' } }])
  })
})

describe('without a mail server', () => {
  it('messages stay queued, and the log says so once', async () => {
    const { key } = await queuedNotice()
    const without = { ...deps, mailer: undefined }
    expect(await sendHumanMessage(without, key)).toEqual({ kind: 'done' })
    expect(await sendHumanMessage(without, key)).toEqual({ kind: 'done' })
    await giveUpHumanMessage(without, key)
    expect((await rowOf(key)).state).toBe('queued')
    expect(warnings).toHaveLength(1)
    world.pass(DAY)
    expect(await requeueHumanMessages(without, { limit: 10 })).toBe(0)
  })

  it('they leave when one is configured, no more than the contact budget allows at once', async () => {
    const first = await queuedNotice({ debtor: debtorNamed('ann') })
    const second = await issueClaim(world, { debtor: debtorNamed('ann') })
    world.pass(2 * DAY)
    await takeDueDunningSteps(world.deps, { limit: 100 })
    expect(await requeueHumanMessages(deps, { limit: 10 })).toBe(1)
    await sendHumanMessage(deps, first.key)
    const key = await queuedFor(second.claimId)
    await sendHumanMessage(deps, key)
    expect(smtp.mails).toHaveLength(1)
    expect(await reminders(second.claimId)).toMatchObject([
      { type: 'reminder.deferred', data: { reason: 'contact-budget' } },
    ])
  })
})

describe('a thank-you', () => {
  async function queuedThanks(payment: { reversedAt?: number; settled?: boolean } = {}) {
    const claim = await issueClaim(world)
    const { creditorId, claimId, debtorId } = claim
    const at = world.deps.clock.now()
    const key = { creditorId, messageId: `hm_${claimId.slice(3)}` }
    await world.deps.db.transaction().execute(async (tx) => {
      const locked = await lockClaim(tx, claim)
      if (locked === undefined) throw new Error('no claim')
      if (payment.settled !== false)
        await changeClaim(tx, locked, { state: 'settled', paid: 12_000n })
      const ids = { creditor_id: creditorId, claim_id: claimId }
      await tx
        .insertInto('payments')
        .values({
          ...ids,
          payment_id: 'pay_1',
          transaction_id: 'tx_1',
          amount: 12_000n,
          allocations: '[]',
          overpaid: 0n,
          received_on: '2026-03-09',
          reversed_at: payment.reversedAt ?? null,
          created_at: at,
        })
        .execute()
      await tx
        .insertInto('human_messages')
        .values({
          ...ids,
          message_id: key.messageId,
          debtor_id: debtorId,
          step: 'thank-you:pay_1',
          channel: 'email',
          template: 'thank-you',
          created_at: at,
        })
        .execute()
    })
    return { claim, key }
  }

  it('names what was received and when, also outside the hours of reminders', async () => {
    world.goTo('2026-03-14T20:00:00Z')
    const { claim, key } = await queuedThanks()
    await sendHumanMessage(deps, key)
    const text = (await lastMail()).text?.replaceAll('\u00a0', ' ')
    expect(text).toContain('€ 120,00')
    expect(text).toContain('9 maart 2026')
    expect(await reminders(claim.claimId)).toMatchObject([
      { type: 'thank-you.sent', data: { step: 'thank-you:pay_1', template: 'thank-you' } },
    ])
  })

  it('is dropped when the payment came back', async () => {
    const { claim, key } = await queuedThanks({ reversedAt: 1 })
    await sendHumanMessage(deps, key)
    expect(smtp.mails).toEqual([])
    expect(await reminders(claim.claimId)).toMatchObject([{ data: { reason: 'payment-returned' } }])
  })

  it('is dropped when the claim is open', async () => {
    const { claim, key } = await queuedThanks({ settled: false })
    await sendHumanMessage(deps, key)
    expect(smtp.mails).toEqual([])
    expect(await reminders(claim.claimId)).toMatchObject([{ data: { reason: 'claim-open' } }])
  })
})
