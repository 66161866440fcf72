import { typOf } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import type { Claim } from '../../src/storage/claims.ts'
import { completeTask } from '../../src/use-cases/complete-task.ts'
import { matchByHand } from '../../src/use-cases/match-by-hand.ts'
import { readBankTransaction } from '../../src/use-cases/read-bank-transaction.ts'
import { readCautionsOfPayment } from '../../src/use-cases/read-cautions.ts'
import { listTasks } from '../../src/use-cases/read-tasks.ts'
import { readWork } from '../../src/use-cases/read-work.ts'
import { setAsideBooking } from '../../src/use-cases/set-aside-booking.ts'
import { unmatchBooking } from '../../src/use-cases/unmatch-booking.ts'
import { openFileWorld } from '../support/file-world.ts'
import {
  addCreditor,
  bookingsOf,
  checkSums,
  eventsAfterIssue,
  issueHundred,
  paymentsOf,
  receive,
} from '../support/money-world.ts'
import { claimNow, transcriptOf } from '../support/test-world.ts'

const world = await openFileWorld()
const { deps } = world

const now = ({ claimId }: Claim) => claimNow(world, claimId)

/** Money that nobody could place. */
async function unplaced(amount = '100.00'): Promise<{ creditorId: string; transactionId: string }> {
  const known = new Set((await bookingsOf(world)).map((row) => row.transaction_id))
  await receive(world, { amount, bankReference: deps.ids.newId('B'), text: 'thanks' })
  const row = (await bookingsOf(world)).find((it) => !known.has(it.transaction_id))
  if (row === undefined) throw new Error('nothing was stored')
  return { creditorId: world.creditorId, transactionId: row.transaction_id }
}

const share = ({ claimId }: Claim, value = '100.00') => ({
  paymentRequestId: claimId,
  amount: { value, currency: 'EUR' },
})

const codeOf = (done: { ok: boolean; error?: { code: string } }) =>
  done.ok ? 'ok' : done.error?.code

async function openTasksOf(transactionId: string) {
  const { data } = await listTasks(deps, { creditorId: world.creditorId, limit: 100 })
  return data.filter((task) => task.transactionId === transactionId)
}

async function stateOf(key: { creditorId: string; transactionId: string }) {
  const found = await readBankTransaction(deps, key)
  if (!found.ok) throw new Error(found.error.detail)
  return found.value
}

describe('money that nobody could place', () => {
  it('is a task with its candidates and counts as unmatched until it is placed', async () => {
    const claim = await issueHundred(world, { value: '61.07' })
    const before = await readWork(deps)
    const key = await unplaced('61.07')
    expect(await openTasksOf(key.transactionId)).toMatchObject([
      { kind: 'match-payment', claimId: null, outstanding: 6107n, currency: 'EUR' },
    ])
    const { candidates } = await stateOf(key)
    expect(candidates).toMatchObject([{ claim: { claimId: claim.claimId } }])
    expect((await readWork(deps)).unmatched.count).toBe(before.unmatched.count + 1)

    const placed = { ...key, by: 'Kim', allocations: [share(claim, '61.07')], note: 'she called' }
    expect(codeOf(await matchByHand(deps, placed))).toBe('ok')
    expect(await now(claim)).toMatchObject({ state: 'settled', paid: 6107n })
    expect(await openTasksOf(key.transactionId)).toEqual([])
    expect((await readWork(deps)).unmatched.count).toBe(before.unmatched.count)
    await checkSums(world, claim)
    expect((await stateOf(key)).history).toMatchObject([
      { state: 'unmatched', by: null, reason: 'no-reference' },
      {
        state: 'matched',
        by: 'Kim',
        reason: 'by-hand',
        note: 'she called',
        data: { shares: [{ claimId: claim.claimId, minor: '6107' }] },
      },
    ])
  })

  it('is booked once, however often and at once it is placed', async () => {
    const claim = await issueHundred(world)
    const key = await unplaced()
    const placed = { ...key, by: 'Kim', allocations: [share(claim)] }
    const done = await Promise.all([1, 2, 3].map(() => matchByHand(deps, placed)))
    expect(done.map(codeOf)).toEqual(['ok', 'ok', 'ok'])
    expect(await paymentsOf(world, claim)).toHaveLength(1)
    const other = await issueHundred(world)
    const again = await matchByHand(deps, { ...placed, allocations: [share(other)] })
    expect(codeOf(again)).toBe('already-matched')
  })

  it('is shared among several claims, and too much for one is over-paid there', async () => {
    const [one, two] = [await issueHundred(world), await issueHundred(world, { value: '30.00' })]
    const key = await unplaced('150.00')
    const allocations = [share(one), share(two, '50.00')]
    expect(codeOf(await matchByHand(deps, { ...key, by: 'Kim', allocations }))).toBe('ok')
    expect(await now(one)).toMatchObject({ state: 'settled', paid: 10_000n, overpaid: 0n })
    expect(await now(two)).toMatchObject({ state: 'settled', paid: 3000n, overpaid: 2000n })
    for (const claim of [one, two]) await checkSums(world, claim)
  })

  it('is refused where the shares are not the money', async () => {
    const claim = await issueHundred(world)
    const key = await unplaced()
    const refused = async (allocations: ReturnType<typeof share>[]) =>
      codeOf(await matchByHand(deps, { ...key, by: 'Kim', allocations }))
    expect(await refused([share(claim, '100.01')])).toBe('amount-exceeds')
    expect(await refused([share(claim, '99.99')])).toBe('amount-rests')
    expect(await refused([share(claim, '0.00')])).toBe('amount-invalid')
    expect(await refused([share(claim, '50.00'), share(claim, '50.00')])).toBe('allocation-invalid')
    const francs = { ...share(claim), amount: { value: '100.00', currency: 'CHF' } }
    expect(await refused([francs])).toBe('currency-mismatch')
    const foreign = await issueHundred({ deps, creditorId: await addCreditor(world) })
    expect(await refused([share(foreign)])).toBe('payment-request-unknown')
    expect(await refused([share(claim)])).toBe('ok')
  })

  it('of another creditor does not exist', async () => {
    const key = { ...(await unplaced()), creditorId: await addCreditor(world) }
    const claim = await issueHundred({ deps, creditorId: key.creditorId })
    const allocations = [share(claim)]
    expect(codeOf(await matchByHand(deps, { ...key, by: 'Kim', allocations }))).toBe('not-found')
    expect(codeOf(await readBankTransaction(deps, key))).toBe('not-found')
    const aside = { ...key, by: 'Kim', reason: 'not-ours' as const }
    expect(codeOf(await setAsideBooking(deps, aside))).toBe('not-found')
  })

  it('cannot be placed where it is no money that came in', async () => {
    const claim = await issueHundred(world)
    const reasons = { DBIT: 'not-a-credit', PDNG: 'not-booked' }
    await receive(world, { amount: '1.00', bankReference: 'out', sign: 'DBIT' })
    await receive(world, { amount: '1.00', bankReference: 'soon', status: 'PDNG' })
    for (const row of await bookingsOf(world)) {
      if (row.state !== 'ignored') continue
      const key = { creditorId: world.creditorId, transactionId: row.transaction_id }
      const allocations = [share(claim, '1.00')]
      const done = await matchByHand(deps, { ...key, by: 'Kim', allocations })
      expect(codeOf(done)).toBe(row.direction === 'debit' ? reasons.DBIT : reasons.PDNG)
    }
  })
})

describe('a match that is taken back', () => {
  it('opens the claims again, tells their side, and waits for a person again', async () => {
    const claims = [await issueHundred(world), await issueHundred(world)]
    const key = await unplaced('200.00')
    const allocations = claims.map((claim) => share(claim))
    await matchByHand(deps, { ...key, by: 'Kim', allocations })
    const back = { ...key, by: 'Sam', reason: 'wrong-claim' as const }
    expect(codeOf(await unmatchBooking(deps, back))).toBe('ok')
    for (const claim of claims) {
      expect(await now(claim)).toMatchObject({ state: 'open', paid: 0n, dunning: 'active' })
      await checkSums(world, claim)
      const last = (await transcriptOf(world, claim.thr)).at(-1)
      expect(last?.typ).toBe(typOf('status'))
      const types = (await eventsAfterIssue(world, claim)).map(({ type }) => type)
      expect(types.slice(-2)).toEqual(['payment.unmatched', 'payment-request.reopened'])
    }
    const { booking, payments, history } = await stateOf(key)
    expect(booking).toMatchObject({ state: 'unmatched', reason: 'wrong-claim', claimId: null })
    expect(payments).toEqual([])
    expect(history.map(({ by, state }) => [by, state])).toEqual([
      [null, 'unmatched'],
      ['Kim', 'matched'],
      ['Sam', 'unmatched'],
    ])
    expect(await openTasksOf(key.transactionId)).toHaveLength(1)
    expect(codeOf(await unmatchBooking(deps, back))).toBe('ok')
    expect(codeOf(await unmatchBooking(deps, { ...back, by: 'Kim' }))).toBe('not-matched')
    // The same money pays again, also a claim that it had paid before.
    expect(codeOf(await matchByHand(deps, { ...key, by: 'Kim', allocations }))).toBe('ok')
    for (const claim of claims) await checkSums(world, claim)
  })

  it('was one of the rules as well; the rules do not match it again', async () => {
    const claim = await issueHundred(world)
    const { reference } = claim
    const payment = { amount: '100.00', bankReference: deps.ids.newId('B'), reference }
    await receive(world, payment)
    const [paid] = await paymentsOf(world, claim)
    const key = { creditorId: world.creditorId, transactionId: paid?.transactionId ?? '' }
    await unmatchBooking(deps, { ...key, by: 'Kim', reason: 'other' })
    expect(await receive(world, payment)).toMatchObject({ alreadyImported: 1 })
    expect(await stateOf(key)).toMatchObject({
      booking: { state: 'unmatched', candidates: [{ claimId: claim.claimId }] },
    })
    expect((await now(claim)).paid).toBe(0n)
  })

  it('leaves one effect when two people act at once', async () => {
    const claim = await issueHundred(world)
    const key = await unplaced()
    await matchByHand(deps, { ...key, by: 'Kim', allocations: [share(claim)] })
    const done = await Promise.all(
      ['Kim', 'Sam'].map((by) => unmatchBooking(deps, { ...key, by, reason: 'other' })),
    )
    expect(done.map(codeOf).sort()).toEqual(['not-matched', 'ok'])
    await checkSums(world, claim)
    expect(await openTasksOf(key.transactionId)).toHaveLength(1)
  })
})

describe('money that a person sets aside', () => {
  it('leaves the work with its reason, and can be taken up again', async () => {
    const key = await unplaced()
    const aside = { ...key, by: 'Kim', reason: 'own-transfer' as const }
    expect(codeOf(await setAsideBooking(deps, aside))).toBe('ok')
    expect(codeOf(await setAsideBooking(deps, aside))).toBe('ok')
    expect(codeOf(await setAsideBooking(deps, { ...aside, by: 'Sam' }))).toBe('already-set-aside')
    expect((await stateOf(key)).booking).toMatchObject({
      state: 'set-aside',
      reason: 'own-transfer',
    })
    expect(await openTasksOf(key.transactionId)).toEqual([])
    await unmatchBooking(deps, { ...key, by: 'Sam', reason: 'other' })
    expect(await openTasksOf(key.transactionId)).toHaveLength(1)
  })

  it('is not money that is matched', async () => {
    const claim = await issueHundred(world)
    const key = await unplaced()
    await matchByHand(deps, { ...key, by: 'Kim', allocations: [share(claim)] })
    const done = await setAsideBooking(deps, { ...key, by: 'Kim', reason: 'not-ours' })
    expect(codeOf(done)).toBe('already-matched')
  })
})

describe('the task of money', () => {
  const complete = async (taskId: string, action?: Parameters<typeof completeTask>[1]['action']) =>
    codeOf(
      await completeTask(deps, {
        creditorId: world.creditorId,
        taskId,
        outcome: 'done',
        by: 'Kim',
        ...(action === undefined ? {} : { action }),
      }),
    )

  it('ends by placing the money alone', async () => {
    const claim = await issueHundred(world)
    const key = await unplaced()
    const [task] = await openTasksOf(key.transactionId)
    const taskId = task?.taskId ?? ''
    expect(await complete(taskId)).toBe('action-invalid')
    expect(await complete(taskId, { kind: 'write-off', writeOff: 'other' })).toBe('action-invalid')
    expect(await complete(taskId, { kind: 'match-payment' })).toBe('action-invalid')
    const allocations = [share(claim)]
    expect(await complete(taskId, { kind: 'match-payment', allocations })).toBe('ok')
    expect((await now(claim)).state).toBe('settled')
    expect(await complete(taskId, { kind: 'match-payment', allocations })).toBe('ok')
  })

  it('ends by setting it aside as well, and when the bank takes the money back', async () => {
    const key = await unplaced()
    const [task] = await openTasksOf(key.transactionId)
    expect(await complete(task?.taskId ?? '', { kind: 'set-aside', setAside: 'not-ours' })).toBe(
      'ok',
    )

    const bankReference = deps.ids.newId('B')
    await receive(world, { amount: '7.00', bankReference })
    const back = { amount: '7.00', bankReference, takesBack: 'AC04' }
    expect(await receive(world, back)).toMatchObject({ reversals: 1 })
    const { data } = await listTasks(deps, { creditorId: world.creditorId, limit: 100 })
    expect(data.filter(({ outstanding }) => outstanding === 700n)).toEqual([])
  })
})

describe('a collective payment', () => {
  it('settles every claim that it names, each with its receipt', async () => {
    const claims = [await issueHundred(world), await issueHundred(world, { value: '55.50' })]
    const text = claims.map(({ reference }) => reference).join(' ')
    const payment = { amount: '155.50', bankReference: deps.ids.newId('B'), text }
    expect(await receive(world, payment)).toMatchObject({ matched: 1 })
    for (const claim of claims) {
      expect((await now(claim)).state).toBe('settled')
      const last = (await transcriptOf(world, claim.thr)).at(-1)
      expect(last?.typ).toBe(typOf('receipt'))
      expect(last?.payload).toMatchObject({ requestId: claim.claimId })
      await checkSums(world, claim)
    }
    expect(await receive(world, { ...payment, takesBack: 'AC04' })).toMatchObject({ reversals: 1 })
    for (const claim of claims) {
      expect(await now(claim)).toMatchObject({ state: 'open', paid: 0n })
      await checkSums(world, claim)
    }
  })
})

describe('an odd payment', () => {
  it('is booked, and the timeline says what is odd', async () => {
    const claim = await issueHundred(world)
    const { reference } = claim
    const payer = { name: 'Quick Trade UAB', iban: 'LT121000011101001000' }
    await receive(world, { amount: '900.00', bankReference: deps.ids.newId('B'), reference, payer })
    const [payment] = await paymentsOf(world, claim)
    expect(await eventsAfterIssue(world, claim)).toContainEqual({
      type: 'payment.flagged',
      data: {
        paymentId: payment?.paymentId,
        cautions: 'overpaid-far payer-unlike-debtor foreign-account-first-seen',
      },
    })
    if (payment === undefined) throw new Error('the payment is not there')
    expect(await readCautionsOfPayment(deps, payment)).toEqual([
      'overpaid-far',
      'payer-unlike-debtor',
      'foreign-account-first-seen',
    ])
    const usual = await issueHundred(world)
    await receive(world, {
      amount: '100.00',
      bankReference: deps.ids.newId('B'),
      reference: usual.reference,
    })
    const types = (await eventsAfterIssue(world, usual)).map(({ type }) => type)
    expect(types).not.toContain('payment.flagged')
  })
})
