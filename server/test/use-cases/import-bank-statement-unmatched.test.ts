import { describe, expect, it } from 'vitest'
import type { Claim } from '../../src/storage/claims.ts'
import { importBankStatement } from '../../src/use-cases/import-bank-statement.ts'
import { camtNotification } from '../support/camt-notification.ts'
import { openFileWorld } from '../support/file-world.ts'
import { addCreditor, bookingsOf, IBAN, issueHundred, receive } from '../support/money-world.ts'
import { claimNow } from '../support/test-world.ts'

const world = await openFileWorld()

const importFile = (file: Buffer | string, creditorId = world.creditorId) =>
  importBankStatement(world.deps, { creditorId, file })

async function moneyOf({ claimId }: Claim) {
  const { state, paid, overpaid } = await claimNow(world, claimId)
  return { state, paid, overpaid }
}

describe('a booking that identifies no claim for sure', () => {
  it('waits for a person with the claims of the same amount', async () => {
    const claim = await issueHundred(world, { value: '77.70' })
    await issueHundred(world, { value: '12.00' })
    const payer = { name: 'PEETERS, Ann', iban: 'BE68539007547034' }
    const payment = { amount: '77.70', bankReference: 'B1', text: 'thanks', payer }
    expect(await receive(world, payment)).toMatchObject({ matched: 0, unmatched: 1 })
    const reasons = ['same-outstanding-amount', 'same-name', 'near-due-day']
    expect(await bookingsOf(world)).toMatchObject([
      {
        state: 'unmatched',
        reason: 'no-reference',
        claim_id: null,
        candidates: [{ claimId: claim.claimId, reasons }],
      },
    ])
    expect((await moneyOf(claim)).paid).toBe(0n)
  })

  it('names a claim of somebody who has paid from the account before', async () => {
    const payer = { name: 'Somebody Else', iban: 'BE68539007547034' }
    const { reference } = await issueHundred(world, { debtor: 'ann', value: '5.00' })
    await receive(world, { amount: '5.00', bankReference: 'B1', reference, payer })
    world.pass(60)
    const { claimId } = await issueHundred(world, { debtor: 'ann', value: '77.70' })
    await receive(world, { amount: '77.70', bankReference: 'B2', payer })
    expect((await bookingsOf(world))[1]?.candidates).toEqual([
      { claimId, score: 65, reasons: ['same-outstanding-amount', 'same-iban', 'near-due-day'] },
    ])
  })

  it('names no more than ten claims', async () => {
    for (let i = 0; i < 12; i++) await issueHundred(world, { value: '9.90' })
    await receive(world, { amount: '9.90', bankReference: 'B1' })
    expect((await bookingsOf(world))[0]?.candidates).toHaveLength(10)
  })

  it.each([
    ['a reference of nobody', { reference: 'RF18539007547034' }],
    ['no reference at all', {}],
  ])('stores %s as unmatched', async (_, remittance) => {
    await issueHundred(world)
    await receive(world, { amount: '99.00', bankReference: 'B1', ...remittance })
    expect(await bookingsOf(world)).toMatchObject([
      { state: 'unmatched', reason: 'no-reference', candidates: [] },
    ])
  })

  it('does not book money in another currency than the claim', async () => {
    const claim = await issueHundred(world)
    const { claimId, reference } = claim
    await receive(world, { amount: '100.00', currency: 'CHF', bankReference: 'B1', reference })
    expect(await bookingsOf(world)).toMatchObject([
      {
        state: 'unmatched',
        reason: 'currency-mismatch',
        currency: 'CHF',
        candidates: [{ claimId, reasons: ['same-reference', 'near-due-day'] }],
      },
    ])
    expect((await moneyOf(claim)).paid).toBe(0n)
  })

  it('does not choose between two claims that are named', async () => {
    const claims = [await issueHundred(world), await issueHundred(world)]
    const text = claims.map(({ reference }) => reference).join(' ')
    await receive(world, { amount: '150.00', bankReference: 'B1', text })
    const [stored] = await bookingsOf(world)
    expect(stored).toMatchObject({ state: 'unmatched', reason: 'ambiguous' })
    expect(new Set(stored?.candidates.map(({ claimId }) => claimId))).toEqual(
      new Set(claims.map(({ claimId }) => claimId)),
    )
    for (const claim of claims) expect((await moneyOf(claim)).paid).toBe(0n)
  })

  it('does not match a claim of another creditor, not even as a hint', async () => {
    const other = await addCreditor(world)
    const claim = await issueHundred({ deps: world.deps, creditorId: other })
    const { reference } = claim
    const file = camtNotification(IBAN, [{ amount: '100.00', bankReference: 'B1', reference }])
    await importFile(file)
    expect(await bookingsOf(world)).toMatchObject([
      { state: 'unmatched', reason: 'no-reference', candidates: [] },
    ])
    expect((await moneyOf(claim)).paid).toBe(0n)
    await importFile(file, other)
    expect((await moneyOf(claim)).state).toBe('settled')
  })
})

describe('a booking that is no money on the account, or none of a debtor', () => {
  it.each(['PDNG', 'INFO'])('stores a %s entry without any effect', async (status) => {
    const claim = await issueHundred(world)
    const { reference } = claim
    const payment = { amount: '100.00', bankReference: 'B1', reference, status }
    expect(await receive(world, payment)).toMatchObject({
      transactions: 1,
      matched: 0,
      unmatched: 0,
    })
    expect(await bookingsOf(world)).toMatchObject([
      { state: 'ignored', reason: `status-${status}` },
    ])
    expect((await moneyOf(claim)).paid).toBe(0n)
  })

  it('books what was announced before under the same bank reference', async () => {
    const claim = await issueHundred(world)
    const { reference } = claim
    const payment = { amount: '100.00', bankReference: 'B1', reference }
    await receive(world, { ...payment, status: 'PDNG' })
    expect(await receive(world, payment)).toMatchObject({ alreadyImported: 0, matched: 1 })
    expect((await moneyOf(claim)).state).toBe('settled')
  })

  it("leaves the creditor's own payments out of the work of people", async () => {
    await receive(world, { amount: '20.00', bankReference: 'B1', sign: 'DBIT' })
    expect(await bookingsOf(world)).toMatchObject([{ state: 'ignored', reason: 'outgoing' }])
  })
})
