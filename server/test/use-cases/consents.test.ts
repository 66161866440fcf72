// The register of consents, and what it does to pay days and channels.
import { beforeEach, describe, expect, it } from 'vitest'
import type { ConsentPurpose } from '../../src/domain/privacy/consent.ts'
import { closeChannel, findDebtor } from '../../src/storage/debtors.ts'
import {
  endExpiredConsents,
  giveConsent,
  listConsents,
  type NewConsent,
  withdrawConsent,
} from '../../src/use-cases/manage-consents.ts'
import { changeDebtor } from '../../src/use-cases/manage-debtors.ts'
import { tellPreferences } from '../../src/use-cases/tell-preferences.ts'
import { openFileWorld } from '../support/file-world.ts'
import { DAY, debtorNamed, issueClaim } from '../support/test-world.ts'

const world = await openFileWorld()
let claim: Awaited<ReturnType<typeof issueClaim>>

beforeEach(async () => {
  claim = await issueClaim(world)
})

const SMS: NewConsent = { purpose: 'contact-by-sms', textVersion: 'v1', channel: 'letter' }

const give = (given: NewConsent, key = claim) =>
  world.deps.db.transaction().execute((tx) => giveConsent(world.deps, tx, key, given))

const withdraw = (purpose: ConsentPurpose) => withdrawConsent(world.deps, { ...claim, purpose })

async function standing() {
  const listed = await listConsents(world.deps, claim)
  if (!listed.ok) throw new Error(listed.error.code)
  return listed.value.map(({ purpose, channel, endedAs }) => [purpose, channel, endedAs])
}

const debtorNow = async () => await findDebtor(world.deps.db, claim)

const tell = (told: object, origin: string, withdrawn: readonly 'payDay'[] = []) =>
  tellPreferences(world.deps, { ...claim, origin, told, withdrawn, stops: [] })

describe('a consent', () => {
  it('to a channel opens it, and its withdrawal closes it', async () => {
    await world.deps.db.transaction().execute((tx) => closeChannel(tx, claim, 'sms'))
    expect(await give(SMS)).toMatchObject({ ok: true, value: { endedAt: null } })
    expect((await debtorNow())?.closedChannels).toEqual([])
    expect((await withdraw('contact-by-sms')).ok).toBe(true)
    expect((await debtorNow())?.closedChannels).toEqual(['sms'])
    expect(await standing()).toEqual([['contact-by-sms', 'letter', 'withdrawn']])
    expect(await withdraw('contact-by-sms')).toMatchObject({ error: { code: 'consent-unknown' } })
  })

  it('takes the place of the one before', async () => {
    await give(SMS)
    world.pass(1)
    await give({ ...SMS, channel: 'phone' })
    expect(await standing()).toEqual([
      ['contact-by-sms', 'phone', null],
      ['contact-by-sms', 'letter', 'replaced'],
    ])
  })

  it('ends by itself when its time is over, and not a second before', async () => {
    const expiresAt = world.deps.clock.now() + DAY
    await give({ ...SMS, expiresAt })
    world.pass(DAY - 1)
    expect(await endExpiredConsents(world.deps, { limit: 10 })).toBe(0)
    world.pass(1)
    expect(await endExpiredConsents(world.deps, { limit: 10 })).toBe(1)
    expect((await debtorNow())?.closedChannels).toEqual(['sms'])
    expect(await standing()).toEqual([['contact-by-sms', 'letter', 'expired']])
  })

  it('is refused with an end that has passed, and of somebody unknown', async () => {
    const past = await give({ ...SMS, expiresAt: world.deps.clock.now() })
    expect(past).toMatchObject({ error: { code: 'date-invalid', pointer: '/expiresAt' } })
    const stranger = await give(SMS, { ...claim, debtorId: 'db_nobody' })
    expect(stranger).toMatchObject({ error: { code: 'not-found' } })
    expect(await standing()).toEqual([])
  })
})

describe('a pay day', () => {
  it('that is told on the page is registered, and forgotten with its consent', async () => {
    await tell({ payDay: 25 }, 'form-1')
    expect(await standing()).toEqual([['pay-day', 'portal', null]])
    expect((await withdraw('pay-day')).ok).toBe(true)
    expect((await debtorNow())?.preferences).toEqual({})
  })

  it('that is taken back on the page ends its consent', async () => {
    await tell({ payDay: 25 }, 'form-1')
    await tell({}, 'form-2', ['payDay'])
    expect(await standing()).toEqual([['pay-day', 'portal', 'withdrawn']])
  })

  it('that comes with a bill is by a consent that the creditor holds', async () => {
    const debtor = { ...debtorNamed('paid-on-the-27th'), preferences: { payDay: 27 } }
    claim = await issueClaim(world, { debtor })
    expect(await standing()).toEqual([['pay-day', 'creditor', null]])
    // Who is known keeps what is known, and the consent to it.
    await issueClaim(world, { debtor: { ...debtor, preferences: { payDay: 3 } } })
    expect(await standing()).toEqual([['pay-day', 'creditor', null]])
    expect((await debtorNow())?.preferences).toEqual({ payDay: 27 })
    expect((await withdraw('pay-day')).ok).toBe(true)
    expect((await debtorNow())?.preferences).toEqual({})
  })

  it('that the creditor states is by a consent that it holds', async () => {
    await changeDebtor(world.deps, { ...claim, change: { preferences: { payDay: 27 } } })
    expect(await standing()).toEqual([['pay-day', 'creditor', null]])
    await changeDebtor(world.deps, { ...claim, change: { preferences: {} } })
    expect(await standing()).toEqual([['pay-day', 'creditor', 'withdrawn']])
  })
})
