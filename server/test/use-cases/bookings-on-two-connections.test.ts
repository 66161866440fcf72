// Who decides about a booking takes its row before the claims that it pays: while one has the booking, the
// other holds nothing that the first may need. And what one writes does not undo what another one did.
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Claim } from '../../src/storage/claims.ts'
import { importBankStatement } from '../../src/use-cases/import-bank-statement.ts'
import { settleCredit } from '../../src/use-cases/settle-credit.ts'
import { unmatchBooking } from '../../src/use-cases/unmatch-booking.ts'
import { camtNotification } from '../support/camt-notification.ts'
import { type FreshDatabase, freshDatabase } from '../support/fresh-database.ts'
import { workNow } from '../support/lived-journey.ts'
import {
  caseOf,
  checkSums,
  IBAN,
  issueHundred,
  paymentsOf,
  receive,
} from '../support/money-world.ts'
import { claimNow, openTestWorld, type TestWorld } from '../support/test-world.ts'

let database: FreshDatabase
let world: TestWorld

beforeAll(async () => {
  database = await freshDatabase()
  world = await openTestWorld({ url: database.url })
})

afterAll(async () => {
  await world?.close()
  await database?.drop()
})

/** A bill that a booking has paid. */
async function paid() {
  await world.reset()
  const claim = await issueHundred(world)
  const payment = { amount: '100.00', bankReference: 'B1', reference: claim.reference }
  await receive(world, payment)
  const [made] = await paymentsOf(world, claim)
  if (made === undefined) throw new Error('nothing was paid')
  return { claim, payment, transactionId: made.transactionId }
}

/** Until so many connections wait for locks of others, or what one of them does is done. */
async function untilWaiting(many: number, done?: Promise<unknown>): Promise<void> {
  let isDone = false
  void done?.finally(() => {
    isDone = true
  })
  while (!isDone) {
    const { rows } = await world.store.pool.query(
      "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
    if (rows.length >= many) return
  }
}

/** Does `work` while this connection has the booking, and then takes the claim: it must be free. */
async function whileTaken(
  { claim, transactionId }: { claim: Claim; transactionId: string },
  work: () => Promise<unknown>,
): Promise<void> {
  const client = await world.store.pool.connect()
  try {
    await client.query('begin')
    await client.query('select from bank_transactions where transaction_id = $1 for update', [
      transactionId,
    ])
    const done = work()
    await untilWaiting(1)
    await client.query('select from claims where claim_id = $1 for update nowait', [claim.claimId])
    await client.query('commit')
    await done
  } finally {
    await client.query('rollback')
    client.release()
  }
}

describe('while somebody has a booking', () => {
  it('a match that is taken back leaves its claim alone', async () => {
    const { claim, transactionId } = await paid()
    const back = {
      creditorId: world.creditorId,
      transactionId,
      by: 'Kim',
      reason: 'other' as const,
    }
    await whileTaken({ claim, transactionId }, () => unmatchBooking(world.deps, back))
    expect(await claimNow(world, claim.claimId)).toMatchObject({ state: 'open', paid: 0n })
    await checkSums(world, claim)
  })

  it('a return of its money leaves its claim alone', async () => {
    const { claim, transactionId, payment } = await paid()
    const file = camtNotification(IBAN, [{ ...payment, takesBack: 'AC04' }])
    const { creditorId } = world
    await whileTaken({ claim, transactionId }, () =>
      importBankStatement(world.deps, { creditorId, file }),
    )
    expect(await claimNow(world, claim.claimId)).toMatchObject({ state: 'open', paid: 0n })
    await checkSums(world, claim)
  })
})

describe('a credit that is withdrawn', () => {
  it('does not end the journey of its claim, which is owed again at that moment', async () => {
    const { claim, payment } = await paid()
    const surplus = { ...payment, amount: '30.00', bankReference: 'B2' }
    await receive(world, surplus)
    await workNow(world.deps)
    await receive(world, { ...surplus, takesBack: 'AC04' })
    const client = await world.store.pool.connect()
    try {
      await client.query('begin')
      await client.query('select from credit_offers where claim_id = $1 for update', [
        claim.claimId,
      ])
      const settled = settleCredit(world.deps, claim)
      await untilWaiting(1)
      const returned = receive(world, { ...payment, takesBack: 'AC04' })
      await untilWaiting(2, returned)
      await client.query('commit')
      await Promise.all([settled, returned])
    } finally {
      await client.query('rollback')
      client.release()
    }
    await workNow(world.deps)
    expect(await claimNow(world, claim.claimId)).toMatchObject({ state: 'open', dunning: 'active' })
    expect(await caseOf(world, claim)).toMatchObject({ journey_id: 'friendly-default' })
  })
})
