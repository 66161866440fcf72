import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Store } from '../../src/storage/database.ts'
import { thankDebtor } from '../../src/use-cases/thank-debtor.ts'
import { createMoneyWorld, type IssueOptions, type MoneyWorld } from '../support/money-world.ts'
import { openTestStore } from '../support/test-store.ts'

let store: Store
let world: MoneyWorld

beforeAll(async () => {
  store = await openTestStore()
})
afterAll(async () => {
  await store.close()
})

/** A claim that was settled by one payment. */
async function settled(options: { issue: IssueOptions; isEnrolled?: boolean; isMailed?: boolean }) {
  world = await createMoneyWorld(store)
  const { issue, isEnrolled = false, isMailed = false } = options
  const claimId = await world.issue(issue)
  const { debtorId, reference } = await world.claim(claimId)
  if (isEnrolled) await world.enrol(debtorId, null)
  if (isMailed) await noteMail(claimId, debtorId)
  const payment = { amount: '100.00', bankReference: 'B1', reference }
  await world.receive(payment)
  const paymentId = (await world.payments(claimId))[0]?.paymentId ?? ''
  const thank = () => thankDebtor(world.deps, { creditorId: world.creditorId, claimId, paymentId })
  return { claimId, paymentId, payment, thank }
}

async function noteMail(claimId: string, debtorId: string) {
  await store.db
    .insertInto('human_messages')
    .values({
      creditor_id: world.creditorId,
      message_id: world.deps.ids.newId('hm'),
      claim_id: claimId,
      debtor_id: debtorId,
      step: 'first-notice',
      channel: 'email',
      template: 'payment-request-t1',
      state: 'sent',
      created_at: 1,
      sent_at: 1,
    })
    .execute()
}

async function queued() {
  const rows = await store.db
    .selectFrom('outbox')
    .select('payload')
    .where('creditor_id', '=', world.creditorId)
    .where('queue', '=', 'send-email')
    .execute()
  return rows.map(({ payload }) => payload)
}

async function thanksFor(claimId: string) {
  return await store.db
    .selectFrom('human_messages')
    .selectAll()
    .where('claim_id', '=', claimId)
    .where('template', '=', 'thank-you')
    .execute()
}

const email = 'anna@example.org'

describe('the thank-you for a settled claim', () => {
  it('is one queued mail, however often the work runs', async () => {
    const { claimId, paymentId, thank } = await settled({ issue: { email } })
    expect(await Promise.all([thank(), thank()])).toEqual(expect.arrayContaining([true, false]))
    expect(await thank()).toBe(false)
    const thanks = await thanksFor(claimId)
    expect(thanks).toMatchObject([
      { step: `thank-you:${paymentId}`, channel: 'email', state: 'queued' },
    ])
    expect(await queued()).toEqual([{ messageId: thanks[0]?.message_id }])
  })

  it('goes to a person with an agent only when the person was written to before', async () => {
    const silent = await settled({ issue: { email }, isEnrolled: true })
    expect(await silent.thank()).toBe(false)
    const written = await settled({ issue: { email }, isEnrolled: true, isMailed: true })
    expect(await written.thank()).toBe(true)
  })

  it('is left out without an e-mail address', async () => {
    const { claimId, thank } = await settled({ issue: {} })
    expect(await thank()).toBe(false)
    expect(await thanksFor(claimId)).toEqual([])
  })

  it('is left out when the money came back in the meantime', async () => {
    const { payment, thank } = await settled({ issue: { email } })
    await world.receive({ ...payment, takesBack: 'AC04' })
    expect(await thank()).toBe(false)
    expect(await queued()).toEqual([])
  })

  it("is left out for another creditor's payment", async () => {
    const { claimId, paymentId } = await settled({ issue: { email } })
    const creditorId = await world.addCreditor()
    expect(await thankDebtor(world.deps, { creditorId, claimId, paymentId })).toBe(false)
  })
})
