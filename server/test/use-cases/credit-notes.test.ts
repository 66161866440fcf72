import { verifyEvidence } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { outstandingOf } from '../../src/domain/claim/claim.ts'
import { holdsOf } from '../../src/storage/claim-holds.ts'
import type { Claim } from '../../src/storage/claims.ts'
import { cancelPaymentRequest } from '../../src/use-cases/cancel-payment-request.ts'
import { exportEvidence } from '../../src/use-cases/export-evidence.ts'
import { checkConserved, creditNote, offerOf, pay } from '../support/credit-world.ts'
import { openFileWorld } from '../support/file-world.ts'
import { workNow } from '../support/lived-journey.ts'
import {
  agreeOn,
  caseOf,
  checkSums,
  eventsAfterIssue,
  issueHundred,
  linesOf,
} from '../support/money-world.ts'
import { tasksOf, tell } from '../support/reply-world.ts'
import { claimNow, transcriptOf } from '../support/test-world.ts'

const world = await openFileWorld()

const now = ({ claimId }: Claim) => claimNow(world, claimId)

async function lastOf(claim: Claim, kind: string) {
  const said = await transcriptOf(world, (await now(claim)).thr)
  return said.findLast(({ typ }) => typ === `parley-${kind}+jwt`)?.payload
}

const eur = (value: string) => ({ value, currency: 'EUR' })

describe('a credit note on a bill that is owed', () => {
  it('lowers it, revises the request and tells why', async () => {
    const claim = await issueHundred(world)
    expect(await creditNote(world, claim, { number: 'C-1' })).toBe('ok')
    const after = await now(claim)
    expect(after).toMatchObject({ state: 'open', credit: 3_000n, overpaid: 0n, revision: 2 })
    expect(outstandingOf(after)).toBe(7_000n)
    expect(await linesOf(world, claim)).toMatchObject([{ amount: 10_000n, credited: 3_000n }])
    expect(await lastOf(claim, 'status')).toMatchObject({
      outstanding: eur('70.00'),
      reason: { code: 'credit-note', text: 'Returned goods' },
    })
    expect(await lastOf(claim, 'request')).toMatchObject({ amount: eur('70.00'), revision: 2 })
    expect((await eventsAfterIssue(world, claim)).map(({ type }) => type)).toEqual([
      'credit-note.issued',
      'payment-request.revised',
    ])
    expect(await offerOf(world, claim)).toBeUndefined()
  })

  it('settles it when nothing is left, and nobody is reminded', async () => {
    const claim = await issueHundred(world)
    expect(await creditNote(world, claim, { minor: 10_000n })).toBe('ok')
    expect(await now(claim)).toMatchObject({ state: 'settled', dunning: 'idle', paid: 0n })
    expect(await caseOf(world, claim)).toBeUndefined()
    expect(await offerOf(world, claim)).toBeUndefined()
  })

  it('ends what waited for its money when nothing is left', async () => {
    const claim = await issueHundred(world)
    await tell(world, claim, { action: { kind: 'look-for-payment' } })
    expect(await holdsOf(world.deps.db, claim)).toHaveLength(1)
    expect(await creditNote(world, claim, { minor: 9_900n })).toBe('ok')
    expect(await holdsOf(world.deps.db, claim)).toHaveLength(1)
    expect(await creditNote(world, claim, { minor: 100n })).toBe('ok')
    expect(await holdsOf(world.deps.db, claim)).toEqual([])
    expect(await tasksOf(world)).toEqual([])
  })

  it('lets the last lines of a plan bear it', async () => {
    const claim = await issueHundred(world)
    await agreeOn(world, claim, [
      { amount: 5_000n, dueDate: '2026-04-01' },
      { amount: 5_000n, dueDate: '2026-05-01' },
    ])
    await pay(world, claim, 5_000n)
    expect(await creditNote(world, claim, { minor: 7_000n })).toBe('ok')
    expect(await linesOf(world, claim)).toMatchObject([
      { paid: 3_000n, credited: 2_000n },
      { paid: 0n, credited: 5_000n },
    ])
    expect(await now(claim)).toMatchObject({ state: 'settled', paid: 3_000n, overpaid: 2_000n })
    await checkSums(world, claim)
  })
})

describe('a credit note on a bill that is paid', () => {
  it('is owed to the customer, who is asked by a signed message', async () => {
    const claim = await issueHundred(world)
    await pay(world, claim, 10_000n)
    expect(await creditNote(world, claim)).toBe('ok')
    const after = await now(claim)
    expect(after).toMatchObject({ state: 'settled', paid: 7_000n, overpaid: 3_000n, givenBack: 0n })
    expect(await offerOf(world, claim)).toMatchObject({ amount: 3_000n, state: 'open' })
    // [CRD-01]
    expect(await lastOf(claim, 'credit')).toMatchObject({
      amount: eur('30.00'),
      choices: ['refund-to-origin', 'refund-to-account', 'next-bill'],
      defaultChoice: 'refund-to-origin',
      defaultOn: '2026-03-17',
    })
    await checkSums(world, claim)
    await checkConserved(world)
    const bundle = await exportEvidence(world.deps, after)
    if (!bundle.ok) throw new Error(bundle.error.code)
    expect(await verifyEvidence(bundle.value)).toMatchObject({ ok: true })
  })

  it('leaves what a returned payment owes again right to the cent', async () => {
    const claim = await issueHundred(world)
    const payment = await pay(world, claim, 10_000n)
    await creditNote(world, claim)
    await pay(world, claim, 10_000n, { ...payment, takesBack: 'AC04' })
    const after = await now(claim)
    expect(after).toMatchObject({ state: 'open', paid: 0n, overpaid: 0n })
    expect(outstandingOf(after)).toBe(7_000n)
    expect(await offerOf(world, claim)).toMatchObject({ state: 'withdrawn' })
    await checkSums(world, claim)
  })
})

describe('the same credit note', () => {
  it('takes effect once, whoever sends it twice', async () => {
    const claim = await issueHundred(world)
    const note = { number: 'C-7', minor: 1_000n }
    const twice = await Promise.all([
      creditNote(world, claim, note),
      creditNote(world, claim, note),
    ])
    expect(twice).toEqual(['ok', 'ok'])
    expect(await creditNote(world, claim, note)).toBe('ok')
    expect(await now(claim)).toMatchObject({ credit: 1_000n })
  })

  it('keeps its number from another one', async () => {
    const [claim, other] = [await issueHundred(world), await issueHundred(world)]
    expect(await creditNote(world, claim, { number: 'C-8' })).toBe('ok')
    expect(await creditNote(world, other, { number: 'C-8' })).toBe('credit-note-number-taken')
    expect(await creditNote(world, claim, { number: 'C-8', minor: 1n })).toBe(
      'credit-note-number-taken',
    )
  })
})

describe('a credit note is refused', () => {
  it.each([
    ['amount-invalid', { minor: 10_001n }],
    ['amount-invalid', { amount: eur('0.00') }],
    ['currency-mismatch', { amount: { value: '1.00', currency: 'CHF' } }],
    ['text-invalid', { reason: 'a\u202eb' }],
    ['text-invalid', { number: '\u0000' }],
  ])('with %s', async (code, change) => {
    const claim = await issueHundred(world)
    expect(await creditNote(world, claim, change)).toBe(code)
    expect(await creditNote(world, claim, { minor: 10_000n })).toBe('ok')
  })

  it('with amount-invalid once the whole bill is taken back', async () => {
    const claim = await issueHundred(world)
    expect(await creditNote(world, claim, { minor: 6_000n })).toBe('ok')
    expect(await creditNote(world, claim, { minor: 4_001n })).toBe('amount-invalid')
    expect(await creditNote(world, claim, { minor: 4_000n })).toBe('ok')
  })

  it('with claim-not-open on a request that was withdrawn, whose payment is owed back', async () => {
    const claim = await issueHundred(world)
    await pay(world, claim, 4_000n)
    const cancelled = await cancelPaymentRequest(world.deps, { ...claim, reason: 'AM09' })
    expect(cancelled.ok).toBe(true)
    await workNow(world.deps)
    expect(await creditNote(world, claim)).toBe('claim-not-open')
    expect(await now(claim)).toMatchObject({ paid: 0n, overpaid: 4_000n })
    expect(await offerOf(world, claim)).toMatchObject({ amount: 4_000n, state: 'open' })
    await checkSums(world, claim)
  })

  it('keeps what was paid elsewhere together with what was paid here', async () => {
    const claim = await issueHundred(world)
    await pay(world, claim, 4_000n)
    await cancelPaymentRequest(world.deps, { ...claim, reason: 'PAID' })
    await workNow(world.deps)
    expect(await now(claim)).toMatchObject({ paid: 4_000n, overpaid: 0n })
    expect(await offerOf(world, claim)).toBeUndefined()
  })
})
