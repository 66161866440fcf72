import { describe, expect, it } from 'vitest'
import type { Claim } from '../../src/storage/claims.ts'
import { importBankStatement } from '../../src/use-cases/import-bank-statement.ts'
import { camtNotification } from '../support/camt-notification.ts'
import { openFileWorld } from '../support/file-world.ts'
import {
  bookingsOf,
  checkSums,
  eventsAfterIssue,
  IBAN,
  issueHundred,
  OTHER_IBAN,
  paymentsOf,
  receive,
} from '../support/money-world.ts'
import { claimNow, transcriptOf } from '../support/test-world.ts'

const world = await openFileWorld()

const importFile = (file: Buffer | string, creditorId = world.creditorId) =>
  importBankStatement(world.deps, { creditorId, file })

async function moneyOf({ claimId }: Claim) {
  const { state, paid, overpaid } = await claimNow(world, claimId)
  return { state, paid, overpaid }
}

describe('a file', () => {
  it('has its effect once, however often it is imported', async () => {
    const claim = await issueHundred(world)
    const { reference } = claim
    const payments = [
      { amount: '30.00', bankReference: 'B1', reference },
      { amount: '30.00', reference },
      { amount: '5.00', bankReference: 'B3' },
    ]
    expect(await receive(world, ...payments)).toMatchObject({ matched: 2, unmatched: 1 })
    const look = async () => [
      await claimNow(world, claim.claimId),
      await transcriptOf(world, claim.thr),
      await eventsAfterIssue(world, claim),
    ]
    const before = await look()
    world.pass(3_600)
    expect(await receive(world, ...payments)).toEqual({
      statements: 1,
      transactions: 3,
      information: 0,
      alreadyImported: 3,
      matched: 0,
      unmatched: 0,
      reversals: 0,
      possibleDuplicates: 0,
      problems: [],
    })
    expect(await look()).toEqual(before)
    const noted = world.deps.db.selectFrom('bank_statements').select(['kind', 'account'])
    expect(await noted.execute()).toEqual([{ kind: '054', account: IBAN }])
  })

  it('adds only what is new when it overlaps with an earlier one', async () => {
    const claim = await issueHundred(world)
    const { reference } = claim
    const first = { amount: '30.00', bankReference: 'B1', reference }
    const second = { amount: '20.00', bankReference: 'B2', reference }
    await receive(world, first)
    expect(await receive(world, first, second)).toMatchObject({ alreadyImported: 1, matched: 1 })
    expect((await moneyOf(claim)).paid).toBe(5_000n)
  })

  it('has one effect when three imports of it run at once', async () => {
    const claim = await issueHundred(world)
    const { reference } = claim
    const booked = Array.from({ length: 6 }, (_, i) => ({
      amount: '10.00',
      bankReference: `B${i}`,
      reference,
    }))
    const file = camtNotification(IBAN, booked)
    const results = await Promise.all([importFile(file), importFile(file), importFile(file)])
    const counts = results.flatMap((result) => (result.ok ? [result.value] : []))
    expect(counts.reduce((sum, { matched }) => sum + matched, 0)).toBe(6)
    expect(counts.reduce((sum, { alreadyImported }) => sum + alreadyImported, 0)).toBe(12)
    expect(await paymentsOf(world, claim)).toHaveLength(6)
    expect((await moneyOf(claim)).paid).toBe(6_000n)
    await checkSums(world, claim)
  })

  it.each([0, 1, 2, 3])('goes on after an import that was killed after %i bookings', async (n) => {
    const claim = await issueHundred(world)
    const { reference } = claim
    const booked = ['10.00', '20.00', '30.00', '40.00'].map((amount, i) => ({
      amount,
      bankReference: `B${i}`,
      reference,
    }))
    const file = camtNotification(IBAN, booked)
    const { signer } = world.deps
    let signed = 0
    const sign: typeof signer.sign = async (...message) => {
      if (signed++ === n) throw new Error('killed')
      return await signer.sign(...message)
    }
    const dying = { ...world.deps, signer: { ...signer, sign } }
    const killed = importBankStatement(dying, { creditorId: world.creditorId, file })
    await expect(killed).rejects.toThrow('killed')
    expect(await paymentsOf(world, claim)).toHaveLength(n)
    await checkSums(world, claim)

    expect(await importFile(file)).toMatchObject({
      ok: true,
      value: { alreadyImported: n, matched: 4 - n },
    })
    expect(await paymentsOf(world, claim)).toHaveLength(4)
    expect((await moneyOf(claim)).state).toBe('settled')
    await checkSums(world, claim)
  })

  it('changes nothing when it is broken anywhere', async () => {
    const claim = await issueHundred(world)
    const { reference } = claim
    const whole = camtNotification(IBAN, [
      { amount: '10.00', bankReference: 'B1', reference },
      { amount: '20.00', bankReference: 'B2', reference },
    ])
    const refused = await importFile(Buffer.from(whole.replace('20.00', '2O.00')))
    if (refused.ok) throw new Error('a broken file was imported')
    expect(refused.error.code).toBe('statement-invalid')
    expect(refused.error.detail).toMatch(/^line 7: .*\(statement-amount\)$/)
    expect(await bookingsOf(world)).toEqual([])
    expect((await moneyOf(claim)).paid).toBe(0n)
    expect(await importFile(Buffer.from(whole))).toMatchObject({ ok: true, value: { matched: 2 } })
  })

  it('is refused whole when a statement is of another account', async () => {
    const claim = await issueHundred(world)
    const { reference } = claim
    const payment = { amount: '10.00', bankReference: 'B1', reference }
    const refused = await importFile(camtNotification(OTHER_IBAN, [payment]))
    if (refused.ok) throw new Error('a foreign statement was imported')
    expect(refused.error.code).toBe('statement-invalid')
    expect(refused.error.detail).toContain('another account')
    expect(await bookingsOf(world)).toEqual([])
    expect((await moneyOf(claim)).paid).toBe(0n)
  })
})
