// The journeys of small and of too much money: nobody is dunned for what a credit covers, whoever is owed
// money is told once and paid back, and small amounts never come to a person.
import PostalMime from 'postal-mime'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { createMailer } from '../../src/outbound/email.ts'
import { updateCreditor } from '../../src/storage/creditors.ts'
import type { Mailer } from '../../src/use-cases/outbound-ports.ts'
import type { SendDeps } from '../../src/use-cases/send-human-message.ts'
import { choose, letRulesApprove, offerOf, pay, refundOf } from '../support/credit-world.ts'
import { liveUntil, settleNow } from '../support/lived-journey.ts'
import { type MailServer, startMailServer } from '../support/mail-server.ts'
import { caseOf, issueHundred } from '../support/money-world.ts'
import { recordingLog } from '../support/recording-log.ts'
import { claimNow, eventsOf, openTestWorld, type TestWorld } from '../support/test-world.ts'

let world: TestWorld
let smtp: MailServer
let mailer: Mailer
let deps: SendDeps & TestWorld['deps']

beforeAll(async () => {
  world = await openTestWorld()
  smtp = await startMailServer()
  mailer = createMailer({ smtpUrl: smtp.url, from: 'Blue Water <bills@blue-water.example>' })
})

beforeEach(async () => {
  await world.reset()
  smtp.mails.length = 0
  deps = { ...world.deps, mailer, messenger: undefined, letters: undefined, log: recordingLog() }
})

afterAll(async () => {
  await mailer?.close()
  await smtp?.close()
  await world?.close()
})

async function mails() {
  const parsed = await Promise.all(smtp.mails.map(({ raw }) => PostalMime.parse(raw)))
  return parsed.map(({ subject = '', text = '' }) => ({ subject, text }))
}

const typesOf = async (claimId: string) => (await eventsOf(world, claimId)).map(({ type }) => type)

describe('credit-to-customer', () => {
  it('tells of the money once, and pays it back where it came from after seven days', async () => {
    await letRulesApprove(world)
    const claim = await issueHundred(world)
    await pay(world, claim, 13_000n)
    expect(await caseOf(world, claim)).toMatchObject({ journey_id: 'credit-to-customer' })
    await liveUntil(world, deps, '2026-03-16')
    const told = (await mails()).filter(({ subject }) => subject.includes('30,00'))
    expect(told).toHaveLength(1)
    expect(told[0]?.text).toContain('waarvan u betaalde')
    expect(await offerOf(world, claim)).toMatchObject({ state: 'open' })
    await liveUntil(world, deps, '2026-03-20')
    expect(await offerOf(world, claim)).toMatchObject({ state: 'chosen', chosenBy: 'default' })
    expect(await refundOf(world, claim)).toMatchObject({ state: 'approved', target: 'origin' })
    expect(await caseOf(world, claim)).toBeUndefined()
    expect((await mails()).filter(({ subject }) => subject.includes('30,00'))).toHaveLength(1)
  })

  it('says nothing more once the person has chosen', async () => {
    const claim = await issueHundred(world, { hasEmail: false })
    await pay(world, claim, 13_000n)
    expect(await choose(world, claim, { choice: 'next-bill' })).toBe('ok')
    expect(await caseOf(world, claim)).toBeUndefined()
  })
})

describe('[CRD-03] a bill that a credit', () => {
  it('covers is not dunned, also when the message waits to leave, until the credit is gone', async () => {
    const debtor = 'ann'
    const paid = await issueHundred(world, { debtor })
    const bill = await issueHundred(world, { debtor, value: '20.00' })
    await settleNow(deps)
    await pay(world, paid, 12_000n)
    await choose(world, paid, { choice: 'refund-to-account', iban: 'BE71096123456769' })
    smtp.mails.length = 0
    await liveUntil(world, deps, '2026-04-20')
    expect((await mails()).filter(({ text }) => /(?<!\d)20,00/.test(text))).toEqual([])
    const deferred = (await eventsOf(world, bill.claimId)).filter(
      ({ type, data }) => type === 'reminder.deferred' && data['reason'] === 'covered-by-credit',
    )
    expect(deferred.length).toBeGreaterThan(0)
    expect(await claimNow(world, bill.claimId)).toMatchObject({ state: 'open', paid: 0n })
  })

  it('covers in part is asked for the rest alone', async () => {
    const debtor = 'ann'
    const paid = await issueHundred(world, { debtor })
    await issueHundred(world, { debtor, value: '80.00' })
    await pay(world, paid, 13_000n)
    await choose(world, paid, { choice: 'refund-to-account', iban: 'BE71096123456769' })
    smtp.mails.length = 0
    await liveUntil(world, deps, '2026-04-20')
    const [reminder] = (await mails()).filter(({ text }) => text.includes('80,00'))
    expect(reminder?.text).toContain('50,00')
    expect(reminder?.text).toMatch(/Uw tegoed.*30,00/s)
  })
})

describe('micro-balance', () => {
  it('asks once, moves the amount to two bills, and gives it up without a person', async () => {
    await updateCreditor(world.deps.db, world.creditorId, { journey: 'micro-balance' })
    const claim = await issueHundred(world, { value: '9.50' })
    await liveUntil(world, deps, '2026-09-01')
    expect(await claimNow(world, claim.claimId)).toMatchObject({ state: 'written-off' })
    const types = await typesOf(claim.claimId)
    expect(types.filter((type) => type === 'balance.carried-over')).toHaveLength(2)
    expect(types.filter((type) => type === 'reminder.sent')).toHaveLength(1)
    expect(types).not.toContain('task.opened')
  })

  it('ends with the payment', async () => {
    await updateCreditor(world.deps.db, world.creditorId, { journey: 'micro-balance' })
    const claim = await issueHundred(world, { value: '9.50' })
    await liveUntil(world, deps, '2026-05-10')
    await pay(world, claim, 950n)
    await liveUntil(world, deps, '2026-09-01')
    expect(await claimNow(world, claim.claimId)).toMatchObject({ state: 'settled' })
  })
})
