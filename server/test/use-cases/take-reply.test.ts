// What a person answers, and what follows. The clock stands on Tuesday 10 March 2026, 10:00 in
// Brussels.
import { describe, expect, it } from 'vitest'
import type { IncomingAction } from '../../src/domain/incoming/propose-action.ts'
import { holdsOf } from '../../src/storage/claim-holds.ts'
import type { Claim } from '../../src/storage/claims.ts'
import { findDebtor } from '../../src/storage/debtors.ts'
import { cancelPaymentRequest } from '../../src/use-cases/cancel-payment-request.ts'
import { releaseHold, setHold } from '../../src/use-cases/manage-holds.ts'
import { openFileWorld } from '../support/file-world.ts'
import { receive } from '../support/money-world.ts'
import { tasksOf, tell } from '../support/reply-world.ts'
import { claimNow, DAY, eventsOf, issueClaim, transcriptOf } from '../support/test-world.ts'
import { addressedClaim } from '../support/thread-talk.ts'

const world = await openFileWorld()

const instant = (seconds: number | null) =>
  seconds === null ? null : new Date(seconds * 1000).toISOString()

async function holds(claim: Claim) {
  const found = await holdsOf(world.deps.db, claim)
  return Object.fromEntries(found.map(({ reason, until }) => [reason, instant(until)]))
}

async function lastEvent(claim: Claim) {
  const { type, data } = (await eventsOf(world, claim.claimId)).at(-1) ?? {}
  return { type, data }
}

const say = async (claim: Claim, action: IncomingAction, more: object = {}) => {
  const taken = await tell(world, claim, { action, ...more })
  if (!taken.ok) throw new Error(taken.error.code)
  return taken.value
}

async function cancelled(): Promise<Claim> {
  const claim = await issueClaim(world)
  const done = await cancelPaymentRequest(world.deps, { ...claim, reason: 'DT01' })
  expect(done.ok).toBe(true)
  return await claimNow(world, claim.claimId)
}

describe('"I have paid"', () => {
  const PAID = { kind: 'look-for-payment' } as const

  it('holds reminders for five bank days and asks a person to look after that', async () => {
    const claim = await issueClaim(world)
    await say(claim, PAID, { paidOn: '2026-03-09' })
    expect(await holds(claim)).toEqual({ 'already-paid': '2026-03-17T23:00:00.000Z' })
    expect(await claimNow(world, claim.claimId)).toMatchObject({ dunning: 'holding' })
    expect(await lastEvent(claim)).toEqual({
      type: 'payment.claimed',
      data: { channel: 'phone', paidOn: '2026-03-09' },
    })
    expect(await tasksOf(world)).toMatchObject([
      { kind: 'look-for-payment', dueAt: '2026-03-17T23:00:00.000Z' },
    ])
  })

  it('counts no closing day of TARGET', async () => {
    world.goTo('2026-04-01T09:00:00Z')
    const claim = await issueClaim(world, { dueDate: '2026-04-20' })
    await say(claim, PAID)
    expect(await holds(claim)).toEqual({ 'already-paid': '2026-04-10T22:00:00.000Z' })
  })

  it('leaves no task and no hold when the money arrives', async () => {
    const claim = await issueClaim(world)
    await say(claim, PAID)
    await receive(world, { amount: '120.00', reference: claim.reference })
    expect(await claimNow(world, claim.claimId)).toMatchObject({ state: 'settled' })
    expect(await tasksOf(world)).toEqual([])
    expect(await holds(claim)).toEqual({})
  })

  it('wins no more time when it is said again', async () => {
    const claim = await issueClaim(world)
    await say(claim, PAID)
    world.pass(5 * DAY)
    await say(claim, PAID)
    expect(await holds(claim)).toEqual({ 'already-paid': '2026-03-17T23:00:00.000Z' })
    expect(await tasksOf(world)).toHaveLength(1)
  })

  it('goes to a person the second time, when the first did not come true', async () => {
    const claim = await issueClaim(world)
    await say(claim, PAID)
    world.pass(9 * DAY)
    const { action } = await say(claim, PAID)
    expect(action).toEqual({ kind: 'read' })
    expect(await holds(claim)).toMatchObject({
      'already-paid': '2026-03-17T23:00:00.000Z',
      'request-of-debtor': '2026-03-26T23:00:00.000Z',
    })
    expect((await tasksOf(world)).map(({ kind }) => kind)).toContain('read-reply')
  })
})

describe('a promise', () => {
  const on = (day: string): IncomingAction => ({ kind: 'record-promise', day })

  it('holds reminders until two bank days after the day', async () => {
    const claim = await issueClaim(world)
    await say(claim, on('2026-03-20'))
    expect(await holds(claim)).toEqual({ promise: '2026-03-24T23:00:00.000Z' })
    expect(await lastEvent(claim)).toEqual({
      type: 'promise.made',
      data: { channel: 'phone', day: '2026-03-20' },
    })
    expect(await tasksOf(world)).toEqual([])
  })

  it('over Easter lasts as long as banks rest', async () => {
    const claim = await issueClaim(world)
    await say(claim, on('2026-04-02'))
    expect(await holds(claim)).toEqual({ promise: '2026-04-08T22:00:00.000Z' })
  })

  it.each([
    ['2026-04-10', 'promise.made'],
    ['2026-04-11', 'reply.received'],
    ['2026-03-10', 'promise.made'],
    ['2026-03-09', 'reply.received'],
  ])('for %s is a %s', async (day, type) => {
    const claim = await issueClaim(world)
    await say(claim, on(day))
    expect(await lastEvent(claim)).toMatchObject({ type })
  })

  it('is never shortened by an earlier one, and ends no other hold', async () => {
    const claim = await issueClaim(world)
    const until = Date.parse('2026-06-01T00:00:00Z') / 1000
    await setHold(world.deps, { ...claim, reason: 'other', until })
    await say(claim, on('2026-03-20'))
    await say(claim, on('2026-03-12'))
    expect(await holds(claim)).toEqual({
      other: '2026-06-01T00:00:00.000Z',
      promise: '2026-03-24T23:00:00.000Z',
    })
  })

  it('may be put off, up to 31 days from the first', async () => {
    const claim = await issueClaim(world)
    await say(claim, on('2026-03-20'))
    world.pass(8 * DAY)
    expect((await say(claim, on('2026-04-10'))).action.kind).toBe('record-promise')
    expect(await holds(claim)).toEqual({ promise: '2026-04-14T22:00:00.000Z' })
    expect((await say(claim, on('2026-04-11'))).action.kind).toBe('read')
  })

  it('that was not kept is followed by a person, not by another promise', async () => {
    const claim = await issueClaim(world)
    await say(claim, on('2026-03-12'))
    world.pass(10 * DAY)
    expect((await say(claim, on('2026-03-30'))).action).toEqual({ kind: 'read' })
  })
})

describe('a wish for a day', () => {
  it('is noted with its day, and holds nothing', async () => {
    const claim = await issueClaim(world)
    await say(claim, { kind: 'offer-day', day: '2026-04-01' })
    expect(await lastEvent(claim)).toEqual({
      type: 'date.wished',
      data: { channel: 'phone', day: '2026-04-01' },
    })
    expect(await holds(claim)).toEqual({})
  })
})

describe('a dispute', () => {
  const OPEN = { kind: 'open-dispute' } as const

  it('of a part disputes that part, and asks a person to look into it', async () => {
    const claim = await issueClaim(world)
    const disputed = { value: '20.00', currency: 'EUR' }
    await say(claim, OPEN, { disputed, reason: 'amount-wrong', text: 'Only nine came' })
    expect(await claimNow(world, claim.claimId)).toMatchObject({
      disputed: 2_000n,
      dunning: 'holding',
    })
    expect(await lastEvent(claim)).toEqual({
      type: 'dispute.raised',
      data: { channel: 'phone', amount: '20.00', currency: 'EUR', reason: 'amount-wrong' },
    })
    expect(await tasksOf(world)).toMatchObject([
      {
        kind: 'look-into-dispute',
        dueAt: '2026-03-17T23:00:00.000Z',
        details: { channel: 'phone', text: 'Only nine came', disputed },
      },
    ])
  })

  it('without a part is about all that is owed', async () => {
    const claim = await issueClaim(world)
    await say(claim, OPEN)
    expect(await claimNow(world, claim.claimId)).toMatchObject({ disputed: 12_000n })
  })

  it.each([
    ['more than is owed', '120.01', 'EUR', 'amount-invalid'],
    ['nothing', '0.00', 'EUR', 'amount-invalid'],
    ['another currency', '10.00', 'USD', 'currency-mismatch'],
  ])('of %s is refused', async (_what, value, currency, code) => {
    const claim = await issueClaim(world)
    const disputed = { value, currency }
    expect(await tell(world, claim, { action: OPEN, disputed })).toMatchObject({ error: { code } })
    expect(await holds(claim)).toEqual({})
  })
})

describe('a call for help', () => {
  it('holds without end for hardship, and a person talks within two working days', async () => {
    const claim = await issueClaim(world)
    await say(claim, { kind: 'open-hardship' })
    expect(await holds(claim)).toEqual({ hardship: null })
    expect(await tasksOf(world)).toMatchObject([
      { kind: 'talk-about-help', dueAt: '2026-03-12T23:00:00.000Z' },
    ])
    expect(await lastEvent(claim)).toMatchObject({ type: 'hardship.told' })
  })

  it('for a call back holds for fourteen days', async () => {
    const claim = await issueClaim(world)
    await say(claim, { kind: 'call-back' }, { phone: '+32 470 12 34 56' })
    expect(await holds(claim)).toEqual({ assistance: '2026-03-24T09:00:00.000Z' })
    expect(await tasksOf(world)).toMatchObject([
      { kind: 'call-back', details: { phone: '+32 470 12 34 56' } },
    ])
    expect(await lastEvent(claim)).toMatchObject({ type: 'assistance.requested' })
  })
})

describe('a channel', () => {
  const closedOf = async (claim: Claim) => (await findDebtor(world.deps.db, claim))?.closedChannels

  it('closes at a stop, without a task', async () => {
    const claim = await issueClaim(world)
    await say(claim, { kind: 'stop-channel' }, { channel: 'sms' })
    expect(await closedOf(claim)).toEqual(['sms'])
    expect(await lastEvent(claim)).toEqual({ type: 'channel.closed', data: { channel: 'sms' } })
    expect(await tasksOf(world)).toEqual([])
  })

  it('closes when somebody else is reached, and a person searches', async () => {
    const claim = await issueClaim(world)
    await say(claim, { kind: 'suspend-address' }, { channel: 'email' })
    expect(await closedOf(claim)).toEqual(['email'])
    expect(await lastEvent(claim)).toMatchObject({ type: 'address.doubted' })
    expect((await tasksOf(world)).map(({ kind }) => kind)).toEqual(['search-for-address'])
  })
})

describe('an answer that is not sure', () => {
  it('rests reminders for five working days until a person has read the sealed words', async () => {
    const claim = await issueClaim(world)
    const text = 'Maybe I paid, maybe not'
    await say(claim, { kind: 'look-for-payment' }, { isSure: false, channel: 'email', text })
    expect(await holds(claim)).toEqual({ 'request-of-debtor': '2026-03-17T23:00:00.000Z' })
    expect(await lastEvent(claim)).toEqual({
      type: 'reply.received',
      data: { channel: 'email', action: 'read', proposed: 'look-for-payment' },
    })
    expect(await tasksOf(world)).toMatchObject([
      { kind: 'read-reply', details: { text, proposed: { kind: 'look-for-payment' } } },
    ])
    const { details } = await world.deps.db
      .selectFrom('tasks')
      .select('details')
      .executeTakeFirstOrThrow()
    expect(details?.toString('utf8')).not.toContain('Maybe')
  })
})

describe('the same message twice', () => {
  it('has one effect, also side by side', async () => {
    const claim = await issueClaim(world)
    const said = { action: { kind: 'call-back' } as const, origin: 'sms:one:SM1' }
    const both = await Promise.all([tell(world, claim, said), tell(world, claim, said)])
    world.pass(DAY)
    const late = await tell(world, claim, said)
    const news = [...both, late].map((taken) => taken.ok && taken.value.isNew)
    expect(news.filter(Boolean)).toHaveLength(1)
    expect(late).toMatchObject({ value: { action: { kind: 'call-back' } } })
    expect(await tasksOf(world)).toHaveLength(1)
    const types = (await eventsOf(world, claim.claimId)).map(({ type }) => type)
    expect(types.filter((type) => type === 'assistance.requested')).toHaveLength(1)
    expect(await holds(claim)).toEqual({ assistance: '2026-03-24T09:00:00.000Z' })
  })
})

describe('the agent', () => {
  it('is told by a signed status, and of no hardship', async () => {
    const { claim } = await addressedClaim(world)
    await say(claim, { kind: 'open-hardship' })
    const said = await transcriptOf(world, claim.thr)
    expect(said.at(-1)?.payload).toMatchObject({ hold: { reason: 'assistance' } })
  })
})

describe('a closed claim', () => {
  it.each([
    ['open-dispute', 'reply.received', ['look-into-dispute']],
    ['open-hardship', 'hardship.told', ['talk-about-help']],
    ['look-for-payment', 'payment.claimed', []],
  ] as const)('takes %s as %s without a hold', async (kind, type, tasks) => {
    const claim = await cancelled()
    await say(claim, { kind })
    expect(await lastEvent(claim)).toMatchObject({ type })
    expect((await tasksOf(world)).map((task) => task.kind)).toEqual(tasks)
    expect(await holds(claim)).toEqual({})
  })
})

it("refuses another creditor's claim", async () => {
  const { claimId } = await issueClaim(world)
  const foreign = { creditorId: 'cr_other', claimId }
  expect(await tell(world, foreign, { action: { kind: 'call-back' } })).toMatchObject({
    error: { code: 'not-found' },
  })
})

describe('holds that staff set', () => {
  const key = ({ creditorId, claimId }: Claim) => ({ creditorId, claimId })

  it.each(['deceased', 'insolvency', 'moratorium'] as const)(
    '%s begins without an end and ends by release',
    async (reason) => {
      const claim = await issueClaim(world)
      expect(await setHold(world.deps, { ...key(claim), reason, until: null })).toEqual({
        ok: true,
        value: undefined,
      })
      expect(await holds(claim)).toEqual({ [reason]: null })
      await releaseHold(world.deps, { ...key(claim), reason })
      expect(await holds(claim)).toEqual({})
    },
  )

  it('a moratorium in Great Britain lasts sixty days, once', async () => {
    const debtor = {
      externalId: 'gb',
      name: 'Ann Peeters',
      country: 'GB',
      timeZone: 'Europe/London',
    }
    const claim = await issueClaim(world, { debtor })
    await setHold(world.deps, { ...key(claim), reason: 'moratorium', until: null })
    expect(await holds(claim)).toEqual({ moratorium: '2026-05-08T23:00:00.000Z' })
    world.pass(7 * DAY)
    await setHold(world.deps, { ...key(claim), reason: 'moratorium', until: null })
    expect(await holds(claim)).toEqual({ moratorium: '2026-05-08T23:00:00.000Z' })
  })
})
