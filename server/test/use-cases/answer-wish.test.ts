import PostalMime from 'postal-mime'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { loadCatalog } from '../../src/catalog-files.ts'
import { createMailer } from '../../src/outbound/email.ts'
import type { Claim } from '../../src/storage/claims.ts'
import { changeClaim } from '../../src/storage/claims.ts'
import { closeChannel, findDebtor } from '../../src/storage/debtors.ts'
import type { Mailer } from '../../src/use-cases/outbound-ports.ts'
import { receiveMail } from '../../src/use-cases/receive-mail.ts'
import { sendHumanMessage } from '../../src/use-cases/send-human-message.ts'
import { openFileWorld } from '../support/file-world.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { replyDeps, tell } from '../support/reply-world.ts'
import { claimNow, eventsOf, issueClaim, outboxOf } from '../support/test-world.ts'

const world = await openFileWorld()
let smtp: MailServer
let mailer: Mailer

beforeAll(async () => {
  smtp = await startMailServer()
  mailer = createMailer({ smtpUrl: smtp.url, from: 'Blue Water <bills@blue-water.example>' })
})
beforeEach(() => {
  smtp.mails.length = 0
})
afterAll(async () => {
  await mailer.close()
  await smtp.close()
})

const wish = (day: string) => ({ action: { kind: 'offer-day', day }, channel: 'email' }) as const

/** Sends what is queued, and returns the mails as they came over the wire. */
async function sendAll() {
  const log = { warn: () => {} }
  const deps = { ...world.deps, mailer, messenger: undefined, letters: undefined, log }
  for (const payload of await outboxOf(world, 'send-message')) {
    const { messageId } = payload as { messageId: string }
    await sendHumanMessage(deps, { creditorId: world.creditorId, messageId })
  }
  return await Promise.all(smtp.mails.map(({ raw }) => PostalMime.parse(raw)))
}

async function dropped({ claimId }: Claim) {
  const events = await eventsOf(world, claimId)
  return events.filter(({ type }) => type === 'reminder.skipped').map(({ data }) => data['reason'])
}

describe('a wish for another day by mail', () => {
  it('is answered by mail with the page on that day', async () => {
    const claim = await issueClaim(world)
    await tell(world, claim, wish('2026-04-07'))
    const [mail, ...others] = await sendAll()
    expect(others).toEqual([])
    expect(mail?.subject).toBe('Uw wens voor een andere dag: Blue Water')
    expect(mail?.text).toContain('betalen op 7 april 2026.')
    expect(mail?.text).toContain('Dat kan.')
    const link = `${world.deps.links.urlOf(claim.claimId)}?day=2026-04-07`
    expect(mail?.text).toContain(link)
    expect(mail?.html).toContain(`href="${link}"`)
    expect(mail?.headers.map(({ key }) => key)).not.toContain('list-unsubscribe')
    const row = await world.deps.db
      .selectFrom('human_messages')
      .select(['is_contact', 'state', 'template'])
      .executeTakeFirstOrThrow()
    expect(row).toEqual({ is_contact: false, state: 'sent', template: 'date-wish-t1' })
  })

  it('for a day that is not on offer leads to those that are', async () => {
    const claim = await issueClaim(world)
    await tell(world, claim, wish('2027-04-07'))
    const [mail] = await sendAll()
    expect(mail?.text).toContain('Precies deze dag kunnen we niet aanbieden.')
    expect(mail?.text).toContain(world.deps.links.urlOf(claim.claimId))
    expect(mail?.text).not.toContain('?day=')
  })

  it('without a day is answered too', async () => {
    const claim = await issueClaim(world)
    await tell(world, claim, { action: { kind: 'offer-choice' }, channel: 'email' })
    const [mail] = await sendAll()
    expect(mail?.text).toContain('U wilt graag een andere dag')
  })

  it('is read out of the mail itself, and answered once', async () => {
    const claim = await issueClaim(world)
    const debtor = await findDebtor(world.deps.db, claim)
    const raw = [
      `From: Ann <${debtor?.contact.email}>`,
      'Message-ID: <wish-1@elsewhere.example>',
      'Subject: Mijn rekening',
      '',
      `Kan ik betalen op 7 april? Mededeling ${claim.reference}`,
      '',
    ].join('\r\n')
    const deps = { ...replyDeps(world), replyWords: loadCatalog().replyWords }
    for (const relayed of ['', 'Received: by another way\r\n']) {
      expect(await receiveMail(deps, Buffer.from(`${relayed}${raw}`))).toMatchObject({ ok: true })
    }
    const mails = await sendAll()
    expect(mails.map(({ subject }) => subject)).toEqual(['Uw wens voor een andere dag: Blue Water'])
  })

  it('is answered five times a day at most: two machines come to an end', async () => {
    const claim = await issueClaim(world)
    for (let day = 1; day <= 7; day += 1) await tell(world, claim, wish(`2026-04-0${day}`))
    expect(await sendAll()).toHaveLength(5)
    world.pass(86_401)
    await tell(world, claim, wish('2026-04-09'))
    expect(await sendAll()).toHaveLength(6)
  })

  it.each(['phone', 'sms', 'letter'] as const)('by %s is answered there', async (channel) => {
    const claim = await issueClaim(world)
    await tell(world, claim, { ...wish('2026-04-07'), channel })
    expect(await sendAll()).toEqual([])
  })

  it('is left when it is settled meanwhile, or mails were stopped', async () => {
    const [paid, stopped] = [await issueClaim(world), await issueClaim(world)]
    await tell(world, paid, wish('2026-04-07'))
    await tell(world, stopped, wish('2026-04-07'))
    await world.deps.db.transaction().execute(async (tx) => {
      const claim = await claimNow(world, paid.claimId)
      await changeClaim(tx, claim, { state: 'settled', paid: 12_000n })
      await closeChannel(tx, stopped, 'email')
    })
    expect(await sendAll()).toEqual([])
    expect([await dropped(paid), await dropped(stopped)]).toEqual([['settled'], ['channel-closed']])
  })
})
