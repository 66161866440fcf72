// Money that was paid too much, or went back to a customer, when another payment of the bill does not stand
// any more: what is owed, to whom, and what leaves.
import { describe, expect, it } from 'vitest'
import { outstandingOf } from '../../src/domain/claim/claim.ts'
import type { Claim } from '../../src/storage/claims.ts'
import { approveRefund } from '../../src/use-cases/decide-refund.ts'
import {
  bookingOf,
  checkConserved,
  choose,
  exportNow,
  letRulesApprove,
  pay,
  refundOf,
} from '../support/credit-world.ts'
import { openFileWorld } from '../support/file-world.ts'
import { workNow } from '../support/lived-journey.ts'
import { checkSums, issueHundred, receive } from '../support/money-world.ts'
import { claimNow } from '../support/test-world.ts'

const world = await openFileWorld()

const now = ({ claimId }: Claim) => claimNow(world, claimId)
const owedOn = async (claim: Claim) => outstandingOf(await now(claim))

async function openTasksOf({ claimId }: Claim) {
  const rows = await world.deps.db
    .selectFrom('tasks')
    .select('kind')
    .where('claim_id', '=', claimId)
    .where('state', '=', 'open')
    .execute()
  return rows.map(({ kind }) => kind)
}

/** A bill that one payment paid, and another one paid too much: 30 euros of it are to go back. */
async function paidTwice() {
  await letRulesApprove(world)
  const claim = await issueHundred(world)
  const payment = await pay(world, claim, 10_000n)
  await pay(world, claim, 3_000n)
  expect(await choose(world, claim, { choice: 'refund-to-origin' })).toBe('ok')
  await approveRefund(world.deps, { ...(await refundOf(world, claim)), by: 'Eva' })
  expect(await refundOf(world, claim)).toMatchObject({ state: 'approved' })
  return { claim, back: { ...payment, takesBack: 'AC04' } }
}

describe('a bill that is owed again while a surplus is on its way back', () => {
  it('keeps an approved refund from leaving at once, and the surplus pays it', async () => {
    const { claim, back } = await paidTwice()
    await receive(world, back)
    expect(await exportNow(world)).toMatchObject({ error: { code: 'nothing-to-export' } })
    await workNow(world.deps)
    expect(await refundOf(world, claim)).toMatchObject({ state: 'withdrawn' })
    expect(await now(claim)).toMatchObject({ state: 'open', paid: 3_000n, overpaid: 0n })
    expect(await owedOn(claim)).toBe(7_000n)
    await checkSums(world, claim)
    await checkConserved(world)
  })

  it('lets one go that is in a file', async () => {
    const { claim, back } = await paidTwice()
    expect((await exportNow(world)).ok).toBe(true)
    await receive(world, back)
    await workNow(world.deps)
    expect(await refundOf(world, claim)).toMatchObject({ state: 'exported' })
    expect(await owedOn(claim)).toBe(10_000n)
    await checkSums(world, claim)
    await checkConserved(world)
  })

  it('is paid by a refund that came back, or was refused', async () => {
    const { claim, back } = await paidTwice()
    await exportNow(world)
    await receive(world, back)
    await workNow(world.deps)
    await receive(world, bookingOf(await refundOf(world, claim), 'back'))
    await workNow(world.deps)
    expect(await now(claim)).toMatchObject({ paid: 3_000n, overpaid: 0n, givenBack: 0n })
    await checkSums(world, claim)
    await checkConserved(world)
  })
})

describe('the one payment of a bill, with a surplus', () => {
  async function overpaid() {
    await letRulesApprove(world)
    const claim = await issueHundred(world)
    const payment = await pay(world, claim, 13_000n)
    await choose(world, claim, { choice: 'refund-to-origin' })
    return { claim, payment, back: { ...payment, takesBack: 'AC04' } }
  }

  it('that goes back stops the refund', async () => {
    const { claim, back } = await overpaid()
    await receive(world, back)
    expect(await exportNow(world)).toMatchObject({ error: { code: 'nothing-to-export' } })
    await workNow(world.deps)
    expect(await refundOf(world, claim)).toMatchObject({ state: 'withdrawn' })
    expect(await now(claim)).toMatchObject({ state: 'open', overpaid: 0n, givenBack: 0n })
  })

  it('that goes back after the refund was ordered is a task', async () => {
    const { claim, back } = await overpaid()
    await exportNow(world)
    await receive(world, back)
    await workNow(world.deps)
    expect(await openTasksOf(claim)).toEqual(['credit-not-covered'])
    await checkConserved(world)
  })
})
