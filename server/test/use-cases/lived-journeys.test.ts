// Whole journeys under the law, from the due day to the end: what people hear, when, by which channel,
// and what is added to their bill. Real store, mail server, gateway of texts and print folder.
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dayInZone } from '@parley/sdk/protocol'
import PostalMime from 'postal-mime'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createMailer } from '../../src/outbound/email.ts'
import { createLetterService, createPrintFolder } from '../../src/outbound/letter.ts'
import { createLetterPrinter } from '../../src/outbound/letter-pdf.ts'
import { chargesOf } from '../../src/storage/charges.ts'
import type { Claim } from '../../src/storage/claims.ts'
import { updateCreditor } from '../../src/storage/creditors.ts'
import { type DebtorChange, updateDebtor } from '../../src/storage/debtors.ts'
import { dunningCaseOf } from '../../src/storage/dunning-cases.ts'
import { noteDelivery } from '../../src/storage/sent-messages.ts'
import { waiveCharge } from '../../src/use-cases/lower-charges.ts'
import type {
  LetterService,
  Mailer,
  TextMessage,
  TextMessenger,
} from '../../src/use-cases/outbound-ports.ts'
import { recordCollectionFailure } from '../../src/use-cases/record-collection-failure.ts'
import type { SendDeps } from '../../src/use-cases/send-human-message.ts'
import { takeDueDunningSteps } from '../../src/use-cases/take-due-dunning-steps.ts'
import { liveUntil, settleNow } from '../support/lived-journey.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { receive } from '../support/money-world.ts'
import { recordingLog } from '../support/recording-log.ts'
import { replyDeps, tasksOf, tell } from '../support/reply-world.ts'
import {
  claimNow,
  enrolTestAgent,
  eventsOf,
  issueClaim,
  openTestWorld,
  type TestWorld,
  transcriptOf,
} from '../support/test-world.ts'

let world: TestWorld
let smtp: MailServer
let mailer: Mailer
let folder: string
let deps: SendDeps & TestWorld['deps']
const texts: TextMessage[] = []

/** Takes every text; what a gateway does is tested with a real one where it is called. */
const messenger: TextMessenger = {
  send: async (message) => {
    texts.push(message)
    return { kind: 'accepted', provider: 'test', providerId: message.reference, segments: 1 }
  },
}

beforeAll(async () => {
  world = await openTestWorld()
  smtp = await startMailServer()
  mailer = createMailer({ smtpUrl: smtp.url, from: 'Blue Water <bills@blue-water.example>' })
})

beforeEach(async () => {
  await world.reset()
  smtp.mails.length = 0
  smtp.refuseRecipient = undefined
  smtp.cutsAfterData = false
  texts.length = 0
  folder = await mkdtemp(join(tmpdir(), 'parley-letters-'))
  const service = createLetterService([
    { name: 'print-folder', send: createPrintFolder({ folder }).send },
  ])
  const letters = { printer: createLetterPrinter(), service }
  deps = { ...world.deps, mailer, messenger, letters, log: recordingLog() }
  return async () => await rm(folder, { recursive: true })
})

afterAll(async () => {
  await mailer.close()
  await smtp.close()
  await world.close()
})

const ADDRESS = { lines: ['Keizersgracht 1', '1015 CJ Amsterdam'], country: 'NL' }

/** A claim of 120.00 EUR, due on 27 March 2026, on a journey. */
async function claimOn(
  journey: string,
  {
    country = 'NL',
    agreed = true,
    debtor = {},
    amount = '120.00',
  }: { country?: string; agreed?: boolean; debtor?: DebtorChange; amount?: string } = {},
): Promise<Claim> {
  const { db } = world.deps
  const enterpriseNumber = '0123.456.749'
  const settings = { journey, country, chargesAgreed: agreed, enterpriseNumber }
  await updateCreditor(db, world.creditorId, settings)
  const value = { value: amount, currency: 'EUR' }
  const claim = await issueClaim(world, { amount: value, subject: 'Water in January' })
  await updateDebtor(db, claim, {
    country,
    contact: { email: 'ann@example.org', phone: '+31612345678', postalAddress: ADDRESS },
    ...debtor,
  })
  return claim
}

/** What a person heard, in order: day, channel, step. */
async function heard(claim: Claim): Promise<string[]> {
  const rows = await world.deps.db
    .selectFrom('human_messages')
    .select(['step', 'channel', 'state', 'sent_at'])
    .where('claim_id', '=', claim.claimId)
    .orderBy('sent_at')
    .orderBy('message_id')
    .execute()
  return rows.map(({ step, channel, state, sent_at: at }) => {
    const day = at === null ? '' : dayInZone(at, 'Europe/Brussels')
    return `${day} ${channel} ${step}${state === 'sent' ? '' : ` (${state})`}`
  })
}

async function deliveryOf({ claimId }: Claim, step: string) {
  return await world.deps.db
    .selectFrom('human_messages')
    .select(['creditor_id as creditorId', 'message_id as messageId', 'delivery'])
    .where('claim_id', '=', claimId)
    .where('step', '=', step)
    .executeTakeFirstOrThrow()
}

const printed = async () => (await readdir(join(folder, 'out'))).filter((it) => it.endsWith('.pdf'))
const typesOf = async (claim: Claim) =>
  (await eventsOf(world, claim.claimId)).map(({ type }) => type)

describe('a Dutch consumer on the journey of the WIK', () => {
  it('[DUN-06] hears friendly words, gets the 14-day letter, and owes the costs of the law after its term', async () => {
    const claim = await claimOn('nl-consumer-wik')
    await liveUntil(world, deps, '2026-07-01')
    expect(await heard(claim)).toEqual([
      '2026-03-30 email reminder',
      '2026-04-07 sms pay-link',
      '2026-04-10 email fourteen-day-letter',
      '2026-04-10 letter fourteen-day-letter',
      // The letter of a Friday counts as delivered on Tuesday the 14th; its term ends on the 28th.
      '2026-04-29 email costs-added',
      '2026-05-06 phone call',
    ])
    const [items, now] = [
      await chargesOf(world.deps.db, claim),
      await claimNow(world, claim.claimId),
    ]
    // 15 % of the principal and 40.00 at least (Besluit BIK); statutory interest of consumers.
    const costs = items.find(({ rule }) => rule === 'collection-costs')
    expect(costs).toMatchObject({ minor: 4_000n, state: 'charged', period: 'once' })
    const sum = items.reduce((total, { minor }) => total + minor, 0n)
    expect(now.charges).toBe(sum)
    expect(now.principal).toBe(12_000n + sum)
    expect(now.dunning).toBe('exhausted')
    expect((await tasksOf(world)).map(({ kind }) => kind)).toEqual([
      'call-the-customer',
      'hand-over-review',
    ])
    const mail = smtp.mails.at(-1)?.raw.toString() ?? ''
    expect(mail).toContain('40,00')
    expect(await printed()).toHaveLength(1)
  })

  it.each([
    ['owes no costs while nobody can tell whether the letter left', null, 0n],
    ['owes them once the letter is known to have arrived', 'delivered', 4_000n],
  ] as const)('%s', async (_title, report, costs) => {
    const servedChannels = new Set(['email', 'sms', 'phone', 'app'] as const)
    deps = { ...deps, letters: undefined, servedChannels }
    const claim = await claimOn('nl-consumer-wik')
    await liveUntil(world, deps, '2026-04-10')
    smtp.cutsAfterData = true
    await liveUntil(world, deps, '2026-04-11')
    smtp.cutsAfterData = false
    expect(await heard(claim)).toContain('2026-04-10 email fourteen-day-letter')
    const letter = await deliveryOf(claim, 'fourteen-day-letter')
    expect(letter.delivery).toBe('unknown')
    if (report !== null) await noteDelivery(world.deps.db, letter, report)
    await liveUntil(world, deps, '2026-07-01')
    const items = await chargesOf(world.deps.db, claim)
    const sum = items.reduce((total, { minor }) => total + minor, 0n)
    expect(items.find(({ rule }) => rule === 'collection-costs')?.minor ?? 0n).toBe(costs)
    expect(sum > 0n).toBe(costs > 0n)
  })

  it('gets no second letter that states something else than the one that may have left', async () => {
    let asked = 0
    const service: LetterService = {
      async send(_letter, beforeLeaving) {
        asked += 1
        await beforeLeaving?.({ provider: 'post', mayRepeat: true })
        const broken = { kind: 'unknown', blames: 'network', code: 'timeout' } as const
        return { ...broken, mayRepeat: true, provider: 'post' }
      },
    }
    deps = { ...deps, letters: { printer: createLetterPrinter(), service } }
    const claim = await claimOn('nl-consumer-wik')
    await liveUntil(world, deps, '2026-04-10')
    world.goTo('2026-04-10T08:00:00Z')
    await settleNow(deps)
    expect(asked).toBe(1)
    await receive(world, { amount: '20.00', bankReference: 'B1', reference: claim.reference })
    world.goTo('2026-04-10T14:30:00Z')
    await settleNow(deps)
    expect(asked).toBe(1)
    const letter = await world.deps.db
      .selectFrom('human_messages')
      .select(['state', 'delivery', 'notice'])
      .where('claim_id', '=', claim.claimId)
      .where('channel', '=', 'letter')
      .executeTakeFirstOrThrow()
    expect(letter).toMatchObject({ state: 'sent', delivery: 'unknown', notice: { total: '12000' } })
  })

  it('gets no letter from a creditor without an address, and somebody is asked for it', async () => {
    const claim = await claimOn('nl-consumer-wik')
    await updateCreditor(world.deps.db, world.creditorId, { contact: { email: 'us@example.org' } })
    await liveUntil(world, deps, '2026-04-11')
    expect(await heard(claim)).toContain(' letter fourteen-day-letter (failed)')
    const skipped = (await eventsOf(world, claim.claimId)).filter(
      ({ type }) => type === 'reminder.skipped',
    )
    expect(skipped.map(({ data }) => data['reason'])).toEqual(['sender-incomplete'])
    expect((await tasksOf(world)).map(({ kind }) => kind)).toEqual(['complete-notice'])
  })

  it('owes nothing more when the payment was there before the term ended', async () => {
    const claim = await claimOn('nl-consumer-wik')
    await liveUntil(world, deps, '2026-04-30')
    expect((await claimNow(world, claim.claimId)).charges).toBe(4_000n)
    const amount = '120.00'
    const { reference } = claim
    await receive(world, { amount, bankReference: 'B1', reference, valueDay: '2026-04-20' })
    await settleNow(deps)
    expect(await claimNow(world, claim.claimId)).toMatchObject({
      state: 'settled',
      charges: 0n,
      principal: 12_000n,
      paid: 12_000n,
    })
    const items = await chargesOf(world.deps.db, claim)
    expect(items.map(({ state }) => state)).toEqual(items.map(() => 'reversed'))
    expect(await typesOf(claim)).toContain('charge.reversed')
    // The last mail crossed the money: an apology goes with the thanks.
    expect(await heard(claim)).toContainEqual(expect.stringMatching(/email thank-you:/))
    expect(smtp.mails.at(-1)?.raw.toString()).toMatch(/excuses|spijt|sorry/i)
  })

  it('keeps what a person has forgiven forgiven, and waives nothing twice', async () => {
    const claim = await claimOn('nl-consumer-wik')
    await liveUntil(world, deps, '2026-04-30')
    const { creditorId, claimId } = claim
    const waive = { creditorId, claimId, rule: 'collection-costs', period: 'once', by: 'Eva' }
    const [unknown, empty] = [
      { ...waive, rule: 'tax' },
      { ...waive, reason: '' },
    ]
    expect(await waiveCharge(deps, { ...unknown, reason: 'x' })).toMatchObject({
      error: { code: 'charge-unknown' },
    })
    expect(await waiveCharge(deps, empty)).toMatchObject({ error: { code: 'text-invalid' } })
    const before = await claimNow(world, claimId)
    expect(await waiveCharge(deps, { ...waive, reason: 'ill for weeks' })).toEqual({ ok: true })
    expect(await waiveCharge(deps, { ...waive, reason: 'ill for weeks' })).toEqual({ ok: true })
    const after = await claimNow(world, claimId)
    expect(before.principal - after.principal).toBe(4_000n)
    expect((await typesOf(claim)).filter((type) => type === 'charge.waived')).toHaveLength(1)
    await liveUntil(world, deps, '2026-07-01')
    expect((await claimNow(world, claimId)).principal).toBeLessThan(12_000n + 4_000n)
  })
})

describe('charges', () => {
  it('of the law between businesses need no agreement', async () => {
    const claim = await claimOn('b2b-europe', {
      country: 'BE',
      agreed: false,
      debtor: { party: 'b2b' },
    })
    await liveUntil(world, deps, '2026-06-01')
    const items = await chargesOf(world.deps.db, claim)
    expect(items.map(({ rule }) => rule).sort()).toEqual(['flat-sum', 'interest'])
  })

  it('of the law for consumers are not made where nobody agreed on them', async () => {
    const claim = await claimOn('be-consumer-xix', { country: 'BE', agreed: false })
    await liveUntil(world, deps, '2026-06-15')
    expect(await chargesOf(world.deps.db, claim)).toEqual([])
    // Nobody is told of costs that were not added.
    expect(await heard(claim)).toEqual([
      '2026-03-31 email first-reminder',
      ' letter damages-added (dropped)',
    ])
  })

  it('of the law for consumers are announced, and made after the term of the free reminder', async () => {
    const claim = await claimOn('be-consumer-xix', { country: 'BE' })
    await liveUntil(world, deps, '2026-05-15')
    expect(await heard(claim)).toEqual([
      '2026-03-31 email first-reminder',
      // By e-mail it arrives the day after; its fourteen days end on the 14th.
      '2026-04-15 letter damages-added',
    ])
    const mail = smtp.mails[0]?.raw.toString() ?? ''
    expect(mail).toContain('0123.456.749')
    const items = await chargesOf(world.deps.db, claim)
    expect(items.find(({ rule }) => rule === 'damages')).toMatchObject({ minor: 2_000n })
  })

  it('are nothing that a journey adds where no law is known', async () => {
    const claim = await claimOn('friendly-default', { country: 'JP' })
    await liveUntil(world, deps, '2026-06-01')
    expect((await claimNow(world, claim.claimId)).charges).toBe(0n)
    expect(await heard(claim)).toHaveLength(3)
  })

  it('wait with their journey where the law does not allow it, and a person is asked', async () => {
    const claim = await claimOn('nl-consumer-wik', { country: 'DE' })
    await liveUntil(world, deps, '2026-06-01')
    expect(await heard(claim)).toEqual([])
    expect(await tasksOf(world)).toMatchObject([{ kind: 'journey-against-law' }])
  })
})

describe('the channels of a step', () => {
  it('follow each other when one turns the message away for good', async () => {
    const claim = await claimOn('nl-consumer-wik')
    smtp.refuseRecipient = { code: 550, text: 'no such mailbox' }
    await tell(world, claim, { action: { kind: 'open-dispute' } })
    await settleNow(deps)
    expect((await heard(claim)).sort()).toEqual([
      ' email received~2 (failed)',
      '2026-03-10 letter received~2',
    ])
    expect(await printed()).toHaveLength(1)
  })
})

describe('a direct debit that failed', () => {
  const fail = async (claim: Claim, reason: 'insufficient-funds' | 'refused') => {
    const { creditorId, claimId } = claim
    const command = { creditorId, claimId, failure: { reason } }
    const told = await recordCollectionFailure(replyDeps(world), command)
    if (!told.ok) throw new Error(told.error.detail)
  }
  const payDay = { preferences: { payDay: 25 } }

  it('is tried on the pay day, at most twice, before the journey goes on where it was', async () => {
    const claim = await claimOn('nl-consumer-wik', { debtor: payDay })
    await liveUntil(world, deps, '2026-04-01')
    await fail(claim, 'insufficient-funds')
    await liveUntil(world, deps, '2026-04-28')
    const mail = await PostalMime.parse(smtp.mails.at(-1)?.raw ?? '')
    expect(mail.text).toContain('27 april 2026')
    await fail(claim, 'insufficient-funds')
    await liveUntil(world, deps, '2026-05-27')
    await fail(claim, 'insufficient-funds')
    await liveUntil(world, deps, '2026-06-05')
    expect(await heard(claim)).toEqual([
      '2026-03-30 email reminder',
      '2026-04-01 email no-fuss~2',
      '2026-04-28 email no-fuss~3',
      '2026-05-27 email update-method~4',
      '2026-06-04 sms pay-link~4',
    ])
    await liveUntil(world, deps, '2026-06-13')
    expect((await heard(claim)).slice(5)).toEqual([
      '2026-06-09 sms pay-link~5',
      '2026-06-12 email fourteen-day-letter~5',
      '2026-06-12 letter fourteen-day-letter~5',
    ])
    const failures = (await eventsOf(world, claim.claimId)).filter(
      ({ type }) => type === 'collection.failed',
    )
    expect(failures.map(({ data }) => data['againOn'])).toEqual([
      '2026-04-27',
      '2026-05-25',
      undefined,
    ])
  })

  it('is settled by the second try, with thanks and nothing else', async () => {
    const claim = await claimOn('nl-consumer-wik', { debtor: payDay })
    await liveUntil(world, deps, '2026-04-01')
    await fail(claim, 'insufficient-funds')
    await liveUntil(world, deps, '2026-04-28')
    await receive(world, { amount: '120.00', bankReference: 'B1', reference: claim.reference })
    await liveUntil(world, deps, '2026-07-01')
    expect((await heard(claim)).slice(1)).toEqual([
      '2026-04-01 email no-fuss~2',
      expect.stringMatching(/^2026-04-28 email thank-you:/),
    ])
  })

  it('that was refused asks for another way to pay', async () => {
    const claim = await claimOn('nl-consumer-wik')
    await liveUntil(world, deps, '2026-04-01')
    await fail(claim, 'refused')
    await liveUntil(world, deps, '2026-04-20')
    expect((await heard(claim)).slice(1)).toEqual([
      '2026-04-01 email update-method~2',
      '2026-04-13 sms pay-link~2',
    ])
    const mail = await PostalMime.parse(smtp.mails.at(-1)?.raw ?? '')
    expect(mail.text).not.toMatch(/proberen het opnieuw/)
  })
})

describe('a promise', () => {
  it('rests everything, is reminded of once, and its breach asks once, gently', async () => {
    const claim = await claimOn('nl-consumer-wik')
    await liveUntil(world, deps, '2026-04-01')
    await tell(world, claim, { action: { kind: 'record-promise', day: '2026-04-15' } })
    await settleNow(deps)
    expect(await dunningCaseOf(world.deps.db, claim)).toMatchObject({
      journeyId: 'promise-to-pay',
      anchorDay: '2026-04-15',
      resumes: { journeyId: 'nl-consumer-wik' },
    })
    await liveUntil(world, deps, '2026-05-20')
    expect((await heard(claim)).slice(0, 4)).toEqual([
      '2026-03-30 email reminder',
      '2026-04-14 email note~2',
      '2026-04-20 email new-date~2',
      '2026-04-28 sms pay-link~3',
    ])
  })

  it('that is kept ends with thanks and nothing else', async () => {
    const claim = await claimOn('nl-consumer-wik')
    await liveUntil(world, deps, '2026-04-01')
    await tell(world, claim, { action: { kind: 'record-promise', day: '2026-04-15' } })
    await liveUntil(world, deps, '2026-04-15')
    const { reference } = claim
    await receive(world, { amount: '120.00', bankReference: 'B1', reference })
    await liveUntil(world, deps, '2026-06-01')
    expect((await heard(claim)).slice(1)).toEqual([
      '2026-04-14 email note~2',
      expect.stringMatching(/^2026-04-15 email thank-you:/),
    ])
  })
})

describe('hardship', () => {
  it('stops charges and letters, sends help, and asks a person within two working days', async () => {
    const claim = await claimOn('nl-consumer-wik')
    await liveUntil(world, deps, '2026-04-16')
    await tell(world, claim, { action: { kind: 'open-hardship' } })
    await liveUntil(world, deps, '2026-07-01')
    expect((await heard(claim)).slice(4)).toEqual(['2026-04-16 email help~2'])
    expect((await claimNow(world, claim.claimId)).charges).toBe(0n)
    expect((await tasksOf(world)).map(({ kind }) => kind)).toContain('talk-about-help')
  })
})

describe('a letter', () => {
  it('is printed with its address, and the PDF is one', async () => {
    const claim = await claimOn('consumer-mixed', { country: 'BE' })
    await liveUntil(world, deps, '2026-05-01')
    expect(await heard(claim)).toContainEqual(expect.stringContaining('letter legal-reminder'))
    const [name = ''] = await printed()
    const pdf = await readFile(join(folder, 'out', name))
    expect(pdf.subarray(0, 5).toString()).toBe('%PDF-')
  })
})

describe('an agent', () => {
  it('[DUN-05] is reminded with the parts of what is owed, before the person is asked', async () => {
    const claim = await claimOn('bot-first-quiet-human')
    await enrolTestAgent(world, claim.debtorId)
    await liveUntil(world, deps, '2026-04-08')
    expect((await heard(claim)).filter((it) => it.includes(' app '))).toEqual([
      expect.stringContaining('app nudge/agent'),
      expect.stringContaining('app reminder/agent'),
      expect.stringContaining('app reminder'),
      expect.stringContaining('app second-reminder/agent'),
    ])
    const { thr } = await claimNow(world, claim.claimId)
    const reminders = (await transcriptOf(world, thr)).filter(({ typ }) => typ.includes('reminder'))
    expect(reminders.at(-1)?.payload).toMatchObject({
      requestId: claim.claimId,
      total: { value: '120.00', currency: 'EUR' },
      parts: [{ kind: 'principal', amount: { value: '120.00', currency: 'EUR' } }],
      dunning: { nextStep: 'human-channel' },
    })
  })

  it('[DUN-05] is not reminded while the claim rests: the person hears by another channel', async () => {
    const claim = await claimOn('bot-first-quiet-human')
    await enrolTestAgent(world, claim.debtorId)
    await liveUntil(world, deps, '2026-03-30')
    await tell(world, claim, { action: { kind: 'record-promise', day: '2026-04-15' } })
    await liveUntil(world, deps, '2026-04-16')
    expect((await heard(claim)).filter((it) => it.includes('note'))).toEqual([
      '2026-04-14 email note~2',
      ' app note~2 (failed)',
    ])
  })
})

describe('several claims of one person', () => {
  /** Two bills to Ann, both past their first reminder. */
  async function twoBills() {
    const first = await claimOn('friendly-default', { country: 'BE' })
    const second = await issueClaim(world, {
      debtorId: first.debtorId,
      amount: { value: '30.00', currency: 'EUR' },
    })
    return { first, second }
  }

  /** As mails print it: the first four alone, the check digits among them, may be those of another bill. */
  const printed = (reference: string) => reference.replace(/(.{4})(?=.)/g, '$1 ')

  it('are told in one message, each with its own reference', async () => {
    const { first, second } = await twoBills()
    await settleNow(deps)
    expect(smtp.mails).toHaveLength(1)
    const mail = await PostalMime.parse(smtp.mails[0]?.raw ?? '')
    for (const claim of [first, second]) {
      expect(mail.text).toContain(printed(claim.reference))
      expect(await heard(claim)).toEqual(['2026-03-10 email first-notice'])
    }
    expect(mail.text).toMatch(/150,00/)
  })

  it('are all told of, or none, when nobody can tell whether the one message left', async () => {
    const { first, second } = await twoBills()
    smtp.cutsAfterData = true
    await settleNow(deps)
    smtp.cutsAfterData = false
    await settleNow(deps)
    expect(smtp.mails).toHaveLength(1)
    for (const claim of [first, second]) {
      expect(await heard(claim)).toEqual(['2026-03-10 email first-notice'])
    }
  })

  it('leave by themselves when the one that was to tell of them is paid', async () => {
    const { first, second } = await twoBills()
    await takeDueDunningSteps(deps, { limit: 100 })
    await receive(world, { amount: '120.00', bankReference: 'B1', reference: first.reference })
    await settleNow(deps)
    expect(await heard(first)).toContainEqual(expect.stringContaining('first-notice (dropped)'))
    expect(await heard(second)).toEqual(['2026-03-10 email first-notice'])
  })

  it('are not told of once they are paid, or while they rest', async () => {
    const { second } = await twoBills()
    await takeDueDunningSteps(deps, { limit: 100 })
    await receive(world, { amount: '30.00', bankReference: 'B1', reference: second.reference })
    await settleNow(deps)
    const mail = await PostalMime.parse(smtp.mails[0]?.raw ?? '')
    expect(mail.text).not.toContain(printed(second.reference))
    expect((await heard(second)).filter((it) => it.includes('first-notice'))).toEqual([
      ' email first-notice (dropped)',
    ])
  })
})
