import { typOf } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { putCharges } from '../../src/storage/charges.ts'
import { type Claim, planLinesOf, replacePlanLines } from '../../src/storage/claims.ts'
import { readPaymentRequest } from '../../src/use-cases/read-payment-requests.ts'
import { creditNote } from '../support/credit-world.ts'
import { openFileWorld } from '../support/file-world.ts'
import { checkSums, receive } from '../support/money-world.ts'
import { claimNow, issueClaim, transcriptOf } from '../support/test-world.ts'

const world = await openFileWorld()
const { deps } = world

/** 100.00 EUR of principal, 40.00 of costs and 1.50 of interest, by the law of a country. */
async function chargedClaim(country: string): Promise<Claim> {
  const claim = await issueClaim(world, {
    amount: { value: '100.00', currency: 'EUR' },
    debtor: { externalId: deps.ids.newId('x'), name: 'Ann Peeters', country },
  })
  const charge = { claimId: claim.claimId, formula: '', state: 'charged' as const, reason: null }
  const changedOn = '2026-03-10'
  const lines = await planLinesOf(deps.db, claim)
  await deps.db.transaction().execute(async (tx) => {
    await putCharges(tx, claim, [
      { ...charge, rule: 'collection-costs', period: 'once', minor: 4000n, changedOn },
      { ...charge, rule: 'interest', period: '2026-H1', minor: 150n, changedOn },
    ])
    await tx
      .updateTable('claims')
      .set({ principal: 14_150n, charges: 4150n })
      .where('claim_id', '=', claim.claimId)
      .execute()
    await replacePlanLines(
      tx,
      claim,
      lines.map((line) => ({ ...line, amount: 14_150n })),
    )
  })
  return await claimNow(world, claim.claimId)
}

const pay = ({ reference }: Claim, amount: string, more = {}) =>
  receive(world, { amount, bankReference: `${reference}-${amount}`, reference, ...more })

async function lastReceipt(claim: Claim) {
  const all = await transcriptOf(world, claim.thr)
  const last = all.findLast(({ typ }) => typ === typOf('receipt'))
  return last?.payload as { division?: Record<string, { value: string }> }
}

/** Of the payments that stand, the oldest first. */
async function divisionsOf({ claimId }: Claim) {
  const rows = await deps.db
    .selectFrom('payments')
    .select('division')
    .where('claim_id', '=', claimId)
    .where('reversed_at', 'is', null)
    .orderBy('payment_id')
    .execute()
  return rows.map(({ division }) => division)
}

const valuesOf = (division: Record<string, { value: string }> | undefined) =>
  Object.fromEntries(Object.entries(division ?? {}).map(([part, { value }]) => [part, value]))

describe('a payment of a claim with costs and interest', () => {
  it('pays costs, interest and principal in turn by art. 6:44 BW, and the receipt says so', async () => {
    const claim = await chargedClaim('NL')
    await pay(claim, '41.00')
    const first = await lastReceipt(claim)
    expect(valuesOf(first.division)).toEqual({
      costs: '40.00',
      interest: '1.00',
      principal: '0.00',
    })
    const read = await readPaymentRequest(deps, claim)
    expect(read).toMatchObject({
      value: { owed: { costs: 0n, interest: 50n, principal: 10_000n } },
    })
    await pay(claim, '200.00')
    const second = await lastReceipt(claim)
    expect(valuesOf(second.division)).toEqual({
      costs: '0.00',
      interest: '0.50',
      principal: '100.00',
    })
    await checkSums(world, claim)
  })

  it('is divided anew when another one goes back', async () => {
    const claim = await chargedClaim('NL')
    await pay(claim, '41.00')
    await pay(claim, '200.00')
    await pay(claim, '41.00', { takesBack: 'AC04' })
    await checkSums(world, claim)
    expect(await divisionsOf(claim)).toEqual([
      { costs: '4000', interest: '150', principal: '10000' },
    ])
  })

  it.each(['NL', 'BE'])(
    'is charged nothing once the whole bill is taken back in %s',
    async (country) => {
      const claim = await chargedClaim(country)
      expect(await creditNote(world, claim, { minor: 10_000n })).toBe('ok')
      const after = await claimNow(world, claim.claimId)
      expect(after).toMatchObject({ state: 'settled', charges: 0n, principal: 10_000n })
      await checkSums(world, claim)
    },
  )

  it('frees the principal first when a credit note takes back what was paid', async () => {
    const claim = await chargedClaim('NL')
    await pay(claim, '41.00')
    await pay(claim, '100.50')
    expect(await creditNote(world, claim, { minor: 3_000n })).toBe('ok')
    expect(await divisionsOf(claim)).toEqual([
      { costs: '4000', interest: '100', principal: '0' },
      { costs: '0', interest: '50', principal: '7000' },
    ])
    await checkSums(world, claim)
  })

  it('is divided to the cent after a credit note over more than the principal, and a return', async () => {
    const claim = await chargedClaim('NL')
    await pay(claim, '41.00')
    await pay(claim, '100.50')
    expect(await creditNote(world, claim, { minor: 12_000n })).toBe('ok')
    await checkSums(world, claim)
    await pay(claim, '41.00', { takesBack: 'AC04' })
    await checkSums(world, claim)
    // 141.50 less 120.00 is paid by what was too much of the second payment.
    expect(await claimNow(world, claim.claimId)).toMatchObject({ state: 'settled', paid: 2_150n })
    expect(await divisionsOf(claim)).toEqual([{ costs: '2000', interest: '150', principal: '0' }])
  })

  it('pays the principal first where nobody has read the law yet', async () => {
    const claim = await chargedClaim('BE')
    await pay(claim, '100.50')
    const { division } = await lastReceipt(claim)
    expect(valuesOf(division)).toEqual({ costs: '0.00', interest: '0.50', principal: '100.00' })
  })

  it('says nothing of parts where there is nothing but the principal', async () => {
    const claim = await issueClaim(world)
    await pay(claim, '1.00')
    expect(await lastReceipt(claim)).not.toHaveProperty('division')
    expect(await readPaymentRequest(deps, claim)).toMatchObject({ value: { owed: null } })
  })
})
