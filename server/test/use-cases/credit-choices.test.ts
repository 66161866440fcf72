// What a customer may do with money that is owed to it: by its agent, on its page, by telephone, or by
// saying nothing.
import { describe, expect, it } from 'vitest'
import { outstandingOf } from '../../src/domain/claim/claim.ts'
import type { Claim } from '../../src/storage/claims.ts'
import { updateCreditor } from '../../src/storage/creditors.ts'
import { chooseCredit } from '../../src/use-cases/choose-credit.ts'
import { hintOf } from '../../src/use-cases/prepare-credit-choice.ts'
import { resolveDispute } from '../../src/use-cases/resolve-dispute.ts'
import {
  checkConserved,
  choose,
  creditNote,
  letRulesApprove,
  offerOf,
  PAYER,
  pay,
  refundOf,
} from '../support/credit-world.ts'
import { openFileWorld } from '../support/file-world.ts'
import { workNow } from '../support/lived-journey.ts'
import { checkSums, issueHundred, receive } from '../support/money-world.ts'
import { tell } from '../support/reply-world.ts'
import { claimNow, enrolTestAgent, eventsOf, transcriptOf } from '../support/test-world.ts'
import { expectRefusal, say, sign } from '../support/thread-talk.ts'

const world = await openFileWorld()

const now = ({ claimId }: Claim) => claimNow(world, claimId)
const eur = (value: string) => ({ value, currency: 'EUR' })

/** A paid claim with 30 euros too much, of a customer who may owe another bill. */
async function overpaid(others: readonly string[] = []) {
  const debtor = `customer-${world.deps.ids.newId('x')}`
  const claim = await issueHundred(world, { debtor })
  const bills: Claim[] = []
  for (const value of others) bills.push(await issueHundred(world, { debtor, value }))
  const payment = await pay(world, claim, 13_000n)
  return { claim, bills, debtor, payment }
}

async function tasksOf({ claimId }: Claim) {
  const rows = await world.deps.db
    .selectFrom('tasks')
    .select(['kind', 'origin', 'state'])
    .where('claim_id', '=', claimId)
    .orderBy('task_id')
    .execute()
  return rows
}

describe('a refund to the account that the money came from', () => {
  it('waits for a person unless the creditor has set a limit', async () => {
    const { claim } = await overpaid()
    expect(await choose(world, claim, { choice: 'refund-to-origin' })).toBe('ok')
    const refund = await refundOf(world, claim)
    expect(refund).toMatchObject({ state: 'chosen', cautions: ['above-limit'], amount: 3_000n })
    expect(hintOf(refund.account)).toBe('BE…7034')
    expect(await tasksOf(claim)).toMatchObject([
      { kind: 'approve-refund', origin: refund.refundId, state: 'open' },
    ])
    expect(await now(claim)).toMatchObject({ overpaid: 3_000n, givenBack: 3_000n })
    await checkConserved(world)
  })

  it('needs nobody within the limit', async () => {
    await letRulesApprove(world)
    const { claim } = await overpaid()
    expect(await choose(world, claim, { choice: 'refund-to-origin' })).toBe('ok')
    expect(await refundOf(world, claim)).toMatchObject({ state: 'approved', approvedBy: 'rules' })
    expect(await tasksOf(claim)).toEqual([])
  })

  it('of an odd payment waits for a person, within the limit too', async () => {
    await letRulesApprove(world)
    const claim = await issueHundred(world, { debtor: `customer-${world.deps.ids.newId('x')}` })
    await pay(world, claim, 25_000n, { payer: { ...PAYER, name: 'Quick Trade UAB' } })
    expect(await choose(world, claim, { choice: 'refund-to-origin' })).toBe('ok')
    expect(await refundOf(world, claim)).toMatchObject({
      state: 'chosen',
      cautions: ['overpaid-far', 'payer-unlike-debtor'],
    })
  })

  it('is not offered where the bank named no account, or several paid', async () => {
    const [claim, other] = [await issueHundred(world), await issueHundred(world)]
    const { reference } = claim
    await pay(world, { ...claim, reference }, 13_000n, { payer: { name: '', iban: '' } })
    expect(await offerOf(world, claim)).toMatchObject({
      choices: ['refund-to-account', 'next-bill'],
      defaultChoice: null,
    })
    expect(await tasksOf(claim)).toMatchObject([{ kind: 'ask-where-to-refund' }])
    await pay(world, other, 11_000n)
    await pay(world, other, 1_000n, { payer: { name: 'Jan', iban: 'NL91ABNA0417164300' } })
    expect(await offerOf(world, other)).toMatchObject({ amount: 2_000n, defaultChoice: null })
  })
})

describe('a choice for money that went back meanwhile', () => {
  it('is refused, and pays for nothing', async () => {
    const { claim, bills, payment } = await overpaid(['30.00'])
    await receive(world, { ...payment, takesBack: 'AC04' })
    expect(await chosenAtOnce(claim, 'set-off')).toBe('credit-unknown')
    expect(await now(claim)).toMatchObject({ paid: 0n, overpaid: 0n, givenBack: 0n })
    for (const bill of bills) expect(await now(bill)).toMatchObject({ paid: 0n, state: 'open' })
    await checkConserved(world)
  })

  it('is taken while it is there', async () => {
    const { claim, bills } = await overpaid(['30.00'])
    expect(await chosenAtOnce(claim, 'set-off')).toBe('ok')
    for (const bill of bills) expect(await now(bill)).toMatchObject({ state: 'settled' })
  })
})

/** Before anything else follows from what happened. */
async function chosenAtOnce({ creditorId, claimId }: Claim, choice: 'set-off'): Promise<string> {
  const command = { creditorId, claimId, choice, by: 'customer' }
  const chosen = await chooseCredit(world.deps, command)
  return chosen.ok ? 'ok' : chosen.error.code
}

describe('a refund to another account', () => {
  it('always waits for a person', async () => {
    await letRulesApprove(world)
    const { claim } = await overpaid()
    const account = { choice: 'refund-to-account', iban: 'nl91 abna 0417 1643 00' } as const
    expect(await choose(world, claim, { ...account, holder: 'J. Peeters' })).toBe('ok')
    const refund = await refundOf(world, claim)
    expect(refund).toMatchObject({
      state: 'chosen',
      target: 'other',
      cautions: ['other-account', 'foreign-account'],
    })
    expect(hintOf(refund.account)).toBe('NL…4300')
  })

  it.each(['', 'BE68539007547035', 'XX00'])('refuses the account "%s"', async (iban) => {
    const { claim } = await overpaid()
    const refused = { choice: 'refund-to-account', iban } as const
    expect(await choose(world, claim, refused)).toBe('account-invalid')
    expect(await choose(world, claim, { ...refused, iban: PAYER.iban })).toBe('ok')
  })

  it('writes no account into the timeline, in clear, or where it is not sealed', async () => {
    const { claim } = await overpaid()
    const iban = 'NL91ABNA0417164300'
    await choose(world, claim, { choice: 'refund-to-account', iban })
    const told = JSON.stringify(await eventsOf(world, claim.claimId))
    expect(told).toContain('credit.chosen')
    expect(told).not.toContain(iban)
    const stored = await world.deps.db.selectFrom('refunds').select('account').execute()
    expect(stored[0]?.account?.toString('latin1')).not.toContain(iban)
    expect(await refundOf(world, claim)).toMatchObject({ account: { iban } })
  })
})

describe('a set-off', () => {
  it('pays the bill that falls due first, with a receipt that says from where', async () => {
    const { claim, bills } = await overpaid(['20.00', '50.00'])
    const [bill] = bills as [Claim, Claim]
    expect(await offerOf(world, claim)).toMatchObject({ defaultChoice: 'set-off' })
    expect(await choose(world, claim, { choice: 'set-off' })).toBe('ok')
    expect(await now(bill)).toMatchObject({ state: 'settled', paid: 2_000n })
    const said = await transcriptOf(world, (await now(bill)).thr)
    expect(said.findLast(({ typ }) => typ === 'parley-receipt+jwt')?.payload).toMatchObject({
      setOffFrom: claim.claimId,
      amount: eur('20.00'),
      outstanding: eur('0.00'),
    })
    // What is left is offered anew.
    expect(await offerOf(world, claim)).toMatchObject({ amount: 1_000n, state: 'open' })
    for (const one of [claim, ...bills]) await checkSums(world, one)
    await checkConserved(world)
  })

  it('pays the bill that is named, and refuses one that is not owed', async () => {
    const { claim, bills } = await overpaid(['20.00', '50.00'])
    const [, bill] = bills as [Claim, Claim]
    const other = await issueHundred(world)
    const setOff = (claimId: string) =>
      choose(world, claim, { choice: 'set-off', setOffClaimId: claimId })
    expect(await setOff(other.claimId)).toBe('claim-not-open')
    expect(await setOff(claim.claimId)).toBe('claim-not-open')
    expect(await setOff(bill.claimId)).toBe('ok')
    expect(outstandingOf(await now(bill))).toBe(2_000n)
  })
})

describe('a bill that is disputed', () => {
  it('is not paid by a credit that nobody has spoken for, now or as the next bill', async () => {
    const debtor = 'ann'
    const bill = await issueHundred(world, { debtor, value: '30.00' })
    await tell(world, bill, { action: { kind: 'open-dispute' } })
    const claim = await issueHundred(world, { debtor })
    await pay(world, claim, 13_000n)
    expect(await offerOf(world, claim)).toMatchObject({
      choices: ['refund-to-origin', 'refund-to-account', 'next-bill'],
      defaultChoice: 'refund-to-origin',
    })
    expect(await choose(world, claim, { choice: 'set-off' })).toBe('credit-choice-unknown')
    expect(await choose(world, claim, { choice: 'next-bill' })).toBe('ok')
    expect(await now(bill)).toMatchObject({ state: 'open', paid: 0n })
    const { creditorId, claimId } = bill
    await resolveDispute(world.deps, { creditorId, claimId, outcome: 'rejected' })
    await workNow(world.deps)
    expect(await now(bill)).toMatchObject({ state: 'settled', paid: 3_000n })
  })
})

describe('a credit that waits for the next bill', () => {
  it('pays it, whole or in part', async () => {
    const { claim, debtor } = await overpaid()
    expect(await choose(world, claim, { choice: 'next-bill' })).toBe('ok')
    expect(await offerOf(world, claim)).toMatchObject({ state: 'waiting' })
    const next = await issueHundred(world, { debtor, value: '80.00' })
    await workNow(world.deps)
    expect(outstandingOf(await now(next))).toBe(5_000n)
    expect(await now(claim)).toMatchObject({ overpaid: 3_000n, givenBack: 3_000n })
    await checkConserved(world)
  })

  it('may still be asked for', async () => {
    const { claim } = await overpaid()
    await choose(world, claim, { choice: 'next-bill' })
    expect(await choose(world, claim, { choice: 'refund-to-origin' })).toBe('ok')
    expect(await refundOf(world, claim)).toMatchObject({ amount: 3_000n })
  })

  it('is what happens with small credits, never to be forgotten', async () => {
    const creditRules = { carryOverUpTo: eur('50.00') }
    await updateCreditor(world.deps.db, world.creditorId, { creditRules })
    const { claim } = await overpaid()
    expect(await offerOf(world, claim)).toMatchObject({
      state: 'waiting',
      chosenBy: 'default',
      amount: 3_000n,
    })
    world.pass(700 * 86_400)
    await workNow(world.deps)
    expect(await choose(world, claim, { choice: 'refund-to-origin' })).toBe('ok')
  })
})

describe('a choice', () => {
  it('holds: the same again changes nothing, another one is refused', async () => {
    const { claim } = await overpaid(['10.00'])
    const { creditId } = (await offerOf(world, claim)) ?? { creditId: '' }
    const both = await Promise.all([
      choose(world, claim, { creditId, choice: 'refund-to-origin' }),
      choose(world, claim, { creditId, choice: 'set-off' }),
    ])
    expect(both.toSorted()).toEqual(['credit-chosen', 'ok'])
    const [first] = both
    const same = first === 'ok' ? 'refund-to-origin' : 'set-off'
    expect(await choose(world, claim, { creditId, choice: same })).toBe('ok')
    expect(await now(claim)).toMatchObject({ givenBack: first === 'ok' ? 3_000n : 1_000n })
    await checkConserved(world)
  })

  it('is refused with credit-unknown where nothing is owed, or the amount has changed', async () => {
    const claim = await issueHundred(world)
    expect(await choose(world, claim, { choice: 'next-bill' })).toBe('credit-unknown')
    await pay(world, claim, 11_000n)
    const old = await offerOf(world, claim)
    await pay(world, claim, 500n)
    expect(await offerOf(world, claim)).toMatchObject({ amount: 1_500n })
    const late = { choice: 'next-bill', creditId: old?.creditId ?? '' } as const
    expect(await choose(world, claim, late)).toBe('credit-unknown')
    expect(await choose(world, claim, { choice: 'next-bill' })).toBe('ok')
  })

  it('is refused with credit-choice-unknown where it is not offered', async () => {
    const { claim } = await overpaid()
    expect(await choose(world, claim, { choice: 'set-off' })).toBe('credit-choice-unknown')
    expect(await choose(world, claim, { choice: 'refund-to-origin' })).toBe('ok')
  })

  it('of nobody is refused', async () => {
    const { claim } = await overpaid()
    expect(await choose(world, claim, { choice: 'next-bill', by: '\u0000' })).toBe('text-invalid')
    const unknown = { ...claim, claimId: 'pr_none' }
    expect(await choose(world, unknown, { choice: 'next-bill' })).toBe('not-found')
  })
})

describe('money that is taken back', () => {
  it('stops a refund that has not left', async () => {
    await letRulesApprove(world)
    const claim = await issueHundred(world)
    await pay(world, claim, 10_000n)
    const surplus = await pay(world, claim, 3_000n)
    await choose(world, claim, { choice: 'refund-to-origin' })
    await pay(world, claim, 3_000n, { ...surplus, takesBack: 'AC04' })
    expect(await refundOf(world, claim)).toMatchObject({ state: 'withdrawn' })
    expect(await now(claim)).toMatchObject({ overpaid: 0n, givenBack: 0n, state: 'settled' })
    await checkConserved(world)
  })

  it('is not set off: both bills are owed again, and their side is told', async () => {
    const { claim, bills, payment } = await overpaid(['30.00'])
    const [bill] = bills as [Claim]
    await choose(world, claim, { choice: 'set-off' })
    expect(await now(bill)).toMatchObject({ state: 'settled' })
    await pay(world, claim, 13_000n, { ...payment, takesBack: 'AC04' })
    expect(await now(claim)).toMatchObject({ state: 'open', overpaid: 0n, givenBack: 0n })
    expect(await now(bill)).toMatchObject({ state: 'open', paid: 0n, dunning: 'active' })
    expect(await tasksOf(claim)).toEqual([])
    expect(await eventsOf(world, claim.claimId)).toContainEqual(
      expect.objectContaining({
        type: 'credit.set-off-returned',
        data: { amount: '30.00', currency: 'EUR', to: bill.claimId },
      }),
    )
    const said = await transcriptOf(world, (await now(bill)).thr)
    expect(said.at(-1)?.payload).toMatchObject({ claim: 'open', outstanding: eur('30.00') })
    for (const one of [claim, bill]) await checkSums(world, one)
    await checkConserved(world)
  })

  it('takes back of several set-offs only those without money behind them', async () => {
    const { claim, bills } = await overpaid(['20.00', '50.00'])
    const [first, second] = bills as [Claim, Claim]
    await choose(world, claim, { choice: 'set-off', setOffClaimId: first.claimId })
    await choose(world, claim, { choice: 'set-off', setOffClaimId: second.claimId })
    const surplus = await pay(world, claim, 500n)
    await choose(world, claim, { choice: 'set-off', setOffClaimId: second.claimId })
    await pay(world, claim, 500n, { ...surplus, takesBack: 'AC04' })
    expect(await now(first)).toMatchObject({ state: 'settled' })
    expect(outstandingOf(await now(second))).toBe(4_000n)
    for (const one of [claim, first, second]) await checkSums(world, one)
    await checkConserved(world)
  })
})

describe('the agent of the customer', () => {
  it('[CRD-01] [CRD-02] is offered the choice and chooses by a signed message', async () => {
    const claim = await issueHundred(world)
    const agent = await enrolTestAgent(world, claim.debtorId)
    await pay(world, await now(claim), 13_000n)
    const { thr } = await now(claim)
    const offer = (await transcriptOf(world, thr)).findLast(
      ({ typ }) => typ === 'parley-credit+jwt',
    )?.payload as { creditId: string }
    const body = { requestId: claim.claimId, creditId: offer.creditId }
    const choice = (chosen: object) => ({
      kind: 'credit-choice' as const,
      thr,
      body: { ...body, ...chosen },
    })
    await expectRefusal(
      world,
      await sign(world, agent, choice({ choice: 'set-off' })),
      'credit-choice-unknown',
    )
    const wrong = { choice: 'next-bill', creditId: 'co_other' }
    await expectRefusal(world, await sign(world, agent, choice(wrong)), 'credit-unknown')
    const { payload } = await say(world, agent, choice({ choice: 'refund-to-origin' }))
    expect(payload).toMatchObject({ claim: 'settled', outstanding: eur('0.00') })
    expect(payload).not.toHaveProperty('creditOwed')
    const again = await say(world, agent, choice({ choice: 'refund-to-origin' }))
    expect(again.payload).toMatchObject({ claim: 'settled' })
    await expectRefusal(
      world,
      await sign(world, agent, choice({ choice: 'next-bill' })),
      'credit-chosen',
    )
    expect(await refundOf(world, claim)).toMatchObject({ chosenBy: 'agent', amount: 3_000n })
  })

  it('[CRD-04] names another account only for a person to check', async () => {
    await letRulesApprove(world)
    const claim = await issueHundred(world)
    const agent = await enrolTestAgent(world, claim.debtorId)
    await pay(world, await now(claim), 10_000n)
    await creditNote(world, claim)
    const { thr } = await now(claim)
    const { creditId = '' } = (await offerOf(world, claim)) ?? {}
    const { payload } = await say(world, agent, {
      kind: 'credit-choice',
      thr,
      body: {
        requestId: claim.claimId,
        creditId,
        choice: 'refund-to-account',
        account: { iban: 'BE71096123456769' },
        holder: 'Ann Peeters',
      },
    })
    expect(payload).toMatchObject({ claim: 'settled' })
    expect(await refundOf(world, claim)).toMatchObject({
      state: 'chosen',
      cautions: ['other-account'],
    })
  })
})
