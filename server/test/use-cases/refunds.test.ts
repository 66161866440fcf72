// A refund from its approval to the booking that shows it leaving, and back.
import { describe, expect, it } from 'vitest'
import type { Claim } from '../../src/storage/claims.ts'
import type { Refund } from '../../src/storage/refunds.ts'
import { approveRefund, refuseRefund } from '../../src/use-cases/decide-refund.ts'
import { readRefundExport, readRefundFile } from '../../src/use-cases/export-refunds.ts'
import { importBankStatement } from '../../src/use-cases/import-bank-statement.ts'
import { matchByHand } from '../../src/use-cases/match-by-hand.ts'
import { setAsideBooking } from '../../src/use-cases/set-aside-booking.ts'
import { mt940File } from '../domain/statement/statement-fixtures.ts'
import { camtNotification } from '../support/camt-notification.ts'
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
import { addCreditor, bookingsOf, issueHundred, receive } from '../support/money-world.ts'
import { claimNow, eventsOf } from '../support/test-world.ts'

const world = await openFileWorld()

const now = ({ claimId }: Claim) => claimNow(world, claimId)

/** A claim with 30 euros that its customer wants back. */
async function wanted(minor = 13_000n): Promise<{ claim: Claim; refund: Refund }> {
  const claim = await issueHundred(world)
  await pay(world, claim, minor)
  await choose(world, claim, { choice: 'refund-to-origin' })
  return { claim, refund: await refundOf(world, claim) }
}

async function exported() {
  await letRulesApprove(world)
  const made = await wanted()
  const file = await exportNow(world)
  if (!file.ok) throw new Error(file.error.code)
  return { ...made, exportId: file.value.exportId }
}

const approve = async (refund: Refund, by: string) => {
  const done = await approveRefund(world.deps, { ...refund, by })
  return done.ok ? done.value.state : done.error.code
}

const refuse = async (refund: Refund, by = 'Eva') => {
  const done = await refuseRefund(world.deps, { ...refund, by, reason: 'looks odd' })
  await workNow(world.deps)
  return done.ok ? done.value.state : done.error.code
}

const textOf = (file: string, tag: string) =>
  [...file.matchAll(new RegExp(`<${tag}[^>]*>([^<]*)</${tag}>`, 'g'))].map(([, text]) => text)

describe('a refund that a person has to look at', () => {
  it('is approved by somebody, signed, and stays approved', async () => {
    const { claim, refund } = await wanted()
    expect(await approve(refund, 'Eva')).toBe('approved')
    expect(await approve(refund, 'Jan')).toBe('approved')
    const events = await eventsOf(world, claim.claimId)
    const approvals = events.filter(({ type }) => type === 'refund.approved')
    expect(approvals).toMatchObject([
      { data: { by: 'Eva', refundId: refund.refundId, jws: expect.stringContaining('..') } },
    ])
    expect(await refuse({ ...refund, creditorId: await addCreditor(world) })).toBe('not-found')
  })

  it('is not approved by who chose it', async () => {
    const claim = await issueHundred(world)
    await pay(world, claim, 13_000n)
    await choose(world, claim, { choice: 'refund-to-account', iban: PAYER.iban, by: 'Jan' })
    const refund = await refundOf(world, claim)
    expect(await approve(refund, ' jan ')).toBe('four-eyes')
    const spaced = await issueHundred(world)
    await pay(world, spaced, 13_000n)
    const other = { choice: 'refund-to-account', iban: PAYER.iban, by: 'Eva  Klein' } as const
    await choose(world, spaced, other)
    expect(await approve(await refundOf(world, spaced), 'Eva\u00a0Klein')).toBe('four-eyes')
    expect(await approve(refund, 'Eva')).toBe('approved')
  })

  it('is refused, stays owed to the customer, and does not go back there by itself', async () => {
    const { claim, refund } = await wanted()
    expect(await refuse(refund)).toBe('refused')
    expect(await refuse(refund)).toBe('refused')
    expect(await approve(refund, 'Jan')).toBe('refund-decided')
    expect(await now(claim)).toMatchObject({ overpaid: 3_000n, givenBack: 0n })
    expect(await offerOf(world, claim)).toMatchObject({
      state: 'open',
      amount: 3_000n,
      choices: ['refund-to-account', 'next-bill'],
      defaultChoice: null,
    })
    await checkConserved(world)
  })
})

describe('a file of refunds', () => {
  it('orders each approved refund once, with exact sums', async () => {
    await letRulesApprove(world)
    const [one, two] = [await wanted(13_000n), await wanted(10_001n)]
    const file = await exportNow(world, { executionDate: '2026-03-12' })
    if (!file.ok) throw new Error(file.error.code)
    const { exportId, messageId } = file.value
    expect(file.value).toMatchObject({ numberOfTransactions: 2, controlSum: 3_001n })
    const xml = await readRefundFile(world.deps, { creditorId: world.creditorId, exportId })
    if (!xml.ok) throw new Error(xml.error.code)
    expect(xml.value).toContain('urn:iso:std:iso:20022:tech:xsd:pain.001.001.09')
    expect(textOf(xml.value, 'MsgId')).toEqual([messageId])
    expect(textOf(xml.value, 'NbOfTxs')).toEqual(['2', '2'])
    expect(textOf(xml.value, 'CtrlSum')).toEqual(['30.01', '30.01'])
    expect(textOf(xml.value, 'InstdAmt')).toEqual(['30.00', '0.01'])
    expect(textOf(xml.value, 'EndToEndId')).toEqual([one.refund.endToEndId, two.refund.endToEndId])
    expect(textOf(xml.value, 'IBAN')).toEqual(['BE71096123456769', PAYER.iban, PAYER.iban])
    expect(textOf(xml.value, 'Dt')).toEqual(['2026-03-12'])
    expect(await refundOf(world, one.claim)).toMatchObject({ state: 'exported', exportId })
  })

  it('is the same bytes each time, and no refund is in a second one', async () => {
    const { exportId } = await exported()
    const key = { creditorId: world.creditorId, exportId }
    const again = await Promise.all([1, 2].map(() => readRefundFile(world.deps, key)))
    expect(again[0]).toEqual(again[1])
    expect(await exportNow(world)).toMatchObject({ error: { code: 'nothing-to-export' } })
    const other = { ...key, creditorId: await addCreditor(world) }
    expect(await readRefundFile(world.deps, other)).toMatchObject({ error: { code: 'not-found' } })
    expect(await readRefundExport(world.deps, key)).toMatchObject({ ok: true })
    const stored = await world.deps.db.selectFrom('refund_exports').select('file').execute()
    expect(stored[0]?.file?.toString('latin1')).not.toContain(PAYER.iban)
  })

  it('has each refund once, however many make files at the same time', async () => {
    await letRulesApprove(world)
    await wanted()
    const made = await Promise.all([exportNow(world), exportNow(world), exportNow(world)])
    expect(made.filter(({ ok }) => ok)).toHaveLength(1)
  })

  it('leaves out a refund whose money was taken back before anybody looked', async () => {
    await letRulesApprove(world)
    const { claim } = await wanted()
    await world.store.pool.query('update claims set overpaid = 0 where claim_id = $1', [
      claim.claimId,
    ])
    expect(await exportNow(world)).toMatchObject({ error: { code: 'nothing-to-export' } })
    expect(await refundOf(world, claim)).toMatchObject({ state: 'approved' })
  })

  it.each([
    ['date-invalid', { executionDate: '2026-02-30' }],
    ['date-outside-window', { executionDate: '2026-03-09' }],
    ['date-outside-window', { executionDate: '2027-03-15' }],
    ['nothing-to-export', { currency: 'SEK' }],
    ['text-invalid', { by: '\u0000' }],
  ])('is refused with %s', async (code, change) => {
    await letRulesApprove(world)
    await wanted()
    expect(await exportNow(world, change)).toMatchObject({ error: { code } })
    expect(await exportNow(world, { executionDate: '2026-03-10' })).toMatchObject({ ok: true })
  })
})

describe('a refund on a statement', () => {
  it('is paid when it has left, once', async () => {
    const { claim, refund } = await exported()
    const leaves = bookingOf(refund)
    await receive(world, leaves)
    await receive(world, leaves)
    expect(await refundOf(world, claim)).toMatchObject({ state: 'paid' })
    const bookings = (await bookingsOf(world)).filter(({ direction }) => direction === 'debit')
    expect(bookings).toMatchObject([{ state: 'refund', reason: 'refund-paid' }])
    expect((await eventsOf(world, claim.claimId)).at(-1)).toMatchObject({ type: 'refund.paid' })
    expect(await now(claim)).toMatchObject({ givenBack: 3_000n })
    await checkConserved(world)
  })

  it('that comes back is owed again, and goes nowhere without a person', async () => {
    const { claim, refund } = await exported()
    await receive(world, bookingOf(refund))
    await receive(world, bookingOf(refund, 'back'))
    await workNow(world.deps)
    expect(await refundOf(world, claim)).toMatchObject({ state: 'returned' })
    expect(await now(claim)).toMatchObject({ overpaid: 3_000n, givenBack: 0n })
    expect(await offerOf(world, claim)).toMatchObject({ state: 'open', defaultChoice: null })
    const account = { choice: 'refund-to-account', iban: 'BE71096123456769' } as const
    expect(await choose(world, claim, account)).toBe('ok')
    expect(await refundOf(world, claim)).toMatchObject({
      state: 'chosen',
      cautions: ['other-account', 'returned-before'],
    })
    await checkConserved(world)
  })

  it('that the bank lists as coming back before it leaves is owed again', async () => {
    const { claim, refund } = await exported()
    await receive(world, bookingOf(refund, 'back'), bookingOf(refund))
    await workNow(world.deps)
    expect(await refundOf(world, claim)).toMatchObject({ state: 'returned' })
    expect(await now(claim)).toMatchObject({ overpaid: 3_000n, givenBack: 0n })
    expect(await offerOf(world, claim)).toMatchObject({ state: 'open', amount: 3_000n })
    const tasks = await world.deps.db.selectFrom('tasks').select('kind').execute()
    expect(tasks).not.toContainEqual({ kind: 'refund-paid-unexpectedly' })
    await receive(world, bookingOf(refund))
    expect(await now(claim)).toMatchObject({ overpaid: 3_000n, givenBack: 0n })
    await checkConserved(world)
  })

  it('that comes back in two formats is owed again once', async () => {
    const { claim, refund } = await exported()
    const back = bookingOf(refund, 'back')
    await receive(world, bookingOf(refund), back)
    await receive(world, back)
    const { endToEndId } = refund
    const line = `:61:2603100310RD30,NRTINONREF//${back.bankReference ?? ''}`
    const other = ':61:2603100310RD30,NRTINONREF//OTHER'
    const text = `:86:166?00RETURN?20EREF+${endToEndId}?21SVWZ+RETURN AC04`
    const file = mt940File([line, text, other, text])
    const imported = await importBankStatement(world.deps, { creditorId: world.creditorId, file })
    expect(imported).toMatchObject({ ok: true, value: { possibleDuplicates: 1, unmatched: 1 } })
    await workNow(world.deps)
    expect(await now(claim)).toMatchObject({ overpaid: 3_000n, givenBack: 0n })
    await checkConserved(world)
  })

  it('that comes back is decided: nobody places it on a claim, or sets it aside', async () => {
    const { claim, refund } = await exported()
    await receive(world, bookingOf(refund))
    await receive(world, bookingOf(refund, 'back'))
    const back = (await bookingsOf(world)).find(
      (it) => it.claim_id === claim.claimId && it.reason === 'refund-returned',
    )
    if (back === undefined) throw new Error('the booking is not there')
    const { creditor_id: creditorId, transaction_id: transactionId } = back
    const key = { creditorId, transactionId, by: 'Eva' }
    const amount = { value: '30.00', currency: 'EUR' }
    const other = await issueHundred(world)
    const allocations = [{ paymentRequestId: other.claimId, amount }]
    const matched = await matchByHand(world.deps, { ...key, allocations })
    expect(matched).toMatchObject({ error: { code: 'already-matched' } })
    const aside = await setAsideBooking(world.deps, { ...key, reason: 'other' })
    expect(aside).toMatchObject({ error: { code: 'already-matched' } })
    expect(await now(other)).toMatchObject({ paid: 0n })
    await checkConserved(world)
  })

  it('of another amount, or a second time, is for a person', async () => {
    const { claim, refund } = await exported()
    await receive(world, bookingOf({ ...refund, amount: 3_001n }))
    await receive(world, bookingOf(refund))
    await receive(world, bookingOf(refund))
    const states = (await bookingsOf(world))
      .filter(({ direction }) => direction === 'debit')
      .map(({ state, reason }) => `${state} ${reason}`)
    expect(states.toSorted()).toEqual([
      'refund refund-paid',
      'unmatched refund-differs',
      'unmatched refund-differs',
    ])
    expect(await now(claim)).toMatchObject({ givenBack: 3_000n })
  })

  it('that left although it was refused is counted, and a person looks', async () => {
    const { claim, refund } = await exported()
    expect(await refuse(refund)).toBe('refused')
    await receive(world, bookingOf(refund))
    await workNow(world.deps)
    expect(await refundOf(world, claim)).toMatchObject({ state: 'paid' })
    expect(await now(claim)).toMatchObject({ givenBack: 3_000n })
    expect(await offerOf(world, claim)).toMatchObject({ state: 'withdrawn' })
    const tasks = await world.deps.db.selectFrom('tasks').select('kind').execute()
    expect(tasks).toContainEqual({ kind: 'refund-paid-unexpectedly' })
    await checkConserved(world)
  })

  it('of another creditor is its own payment, and no business of ours', async () => {
    const { refund } = await exported()
    const other = await addCreditor(world)
    const file = camtNotification('BE71096123456769', [bookingOf(refund)])
    await importBankStatement(world.deps, { creditorId: other, file })
    const rows = await world.deps.db
      .selectFrom('bank_transactions')
      .select(['state', 'reason'])
      .where('creditor_id', '=', other)
      .execute()
    expect(rows).toEqual([{ state: 'ignored', reason: 'outgoing' }])
  })
})
