// Revisions: the next request of a conversation, what former offers are worth, what people see.
import { peekClaims, verifyEvidence } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { outstandingOf } from '../../src/domain/claim/claim.ts'
import type { Claim } from '../../src/storage/claims.ts'
import { checkPlanChoice, choosePlan } from '../../src/use-cases/choose-plan.ts'
import { exportEvidence } from '../../src/use-cases/export-evidence.ts'
import { readLinkedRequest } from '../../src/use-cases/read-linked-request.ts'
import { readPaymentRequest } from '../../src/use-cases/read-payment-requests.ts'
import {
  type RevisePaymentRequest,
  revisePaymentRequest,
} from '../../src/use-cases/revise-payment-request.ts'
import { showClaimPage } from '../../src/use-cases/show-claim-page.ts'
import { openFileWorld } from '../support/file-world.ts'
import { agreeOn, checkSums, issueHundred, linesOf, receive } from '../support/money-world.ts'
import {
  claimNow,
  eventsOf,
  HOUR,
  issueClaim,
  tokenOf,
  transcriptOf,
} from '../support/test-world.ts'
import {
  addressedClaim,
  eur,
  expectRefusal,
  hand,
  newestRequest,
  say,
  sign,
  signAccept,
} from '../support/thread-talk.ts'

const world = await openFileWorld({ oneMenu: true })

type Change = Omit<RevisePaymentRequest, 'creditorId' | 'claimId'>

async function revise({ creditorId, claimId }: Claim, change: Change): Promise<string> {
  const done = await revisePaymentRequest(world.deps, { creditorId, claimId, ...change })
  return done.ok ? 'ok' : done.error.code
}

async function verified({ creditorId, claimId }: Claim) {
  const bundle = await exportEvidence(world.deps, { creditorId, claimId })
  if (!bundle.ok) throw new Error(bundle.error.code)
  return await verifyEvidence(JSON.parse(JSON.stringify(bundle.value)))
}

describe('[REV-01] a revision', () => {
  it('is the next request of the thread, with a menu and a time to answer of its own', async () => {
    const { claim } = await addressedClaim(world)
    world.pass(HOUR)
    const change = { amount: eur('90.00'), dueDate: '2026-04-10', reason: 'price' }
    expect(await revise(claim, change)).toBe('ok')
    const said = await transcriptOf(world, claim.thr)
    expect(said.map(({ typ, payload }) => [typ, payload['seq']])).toEqual([
      ['parley-request+jwt', 0],
      ['parley-request+jwt', 1],
    ])
    const respondBy = world.deps.clock.now() + 24 * HOUR
    expect(await newestRequest(world, claim.thr)).toMatchObject({
      revision: 2,
      amount: eur('90.00'),
      dueDate: '2026-04-10',
      dunning: { respondBy },
      menu: { menuId: 'r2-v1-0' },
    })
    expect(await claimNow(world, claim.claimId)).toMatchObject({
      revision: 2,
      principal: 9_000n,
      dueDate: '2026-04-10',
      conversation: 'sent',
      respondBy,
    })
    const data = { revision: 2, amount: '90.00', dueDate: '2026-04-10', reason: 'price' }
    expect((await eventsOf(world, claim.claimId)).at(-1)).toMatchObject({
      type: 'payment-request.revised',
      data,
    })
    expect((await verified(claim)).faults).toEqual([])
  })

  it('ends the offers of before: they are refused, and the new ones agreed to', async () => {
    const { agent, claim } = await addressedClaim(world)
    const request = await newestRequest(world, claim.thr)
    await revise(claim, { dueDate: '2026-04-10' })
    const old = await signAccept(world, agent, claim, { request })
    await expectRefusal(world, old, 'revision-superseded')
    const decline = {
      kind: 'decline' as const,
      thr: claim.thr,
      body: { requestId: claim.claimId, menuId: 'v1-0', nothingAcceptable: true },
    }
    await expectRefusal(world, await sign(world, agent, decline), 'revision-superseded')
    const fresh = await hand(world, await signAccept(world, agent, claim))
    expect(fresh).toMatchObject({ ok: true })
    const report = await verified(claim)
    expect([report.faults, report.checked.agreements]).toEqual([[], 1])
    const lines = await linesOf(world, claim)
    expect(lines.map(({ dueDate }) => dueDate)).toEqual(['2026-04-10', '2026-05-10', '2026-06-10'])
  })

  it('keeps what was paid, and asks for the rest', async () => {
    const { agent, claim } = await addressedClaim(world)
    await receive(world, { amount: '20.00', bankReference: 'B1', reference: claim.reference })
    expect(await revise(claim, { amount: eur('80.00') })).toBe('ok')
    expect(await newestRequest(world, claim.thr)).toMatchObject({ amount: eur('60.00') })
    await hand(world, await signAccept(world, agent, claim))
    await receive(world, { amount: '60.00', bankReference: 'B2', reference: claim.reference })
    expect(await claimNow(world, claim.claimId)).toMatchObject({ state: 'settled', overpaid: 0n })
    expect((await verified(claim)).faults).toEqual([])
  })

  it('is refused down to what was paid, and not by a cent more', async () => {
    const { claim } = await addressedClaim(world)
    await receive(world, { amount: '20.00', bankReference: 'B1', reference: claim.reference })
    expect(await revise(claim, { amount: eur('20.00') })).toBe('amount-invalid')
    expect(await revise(claim, { amount: eur('20.01') })).toBe('ok')
    await checkSums(world, claim)
  })

  it('is refused down to what was paid and the rebate of a plan that is over', async () => {
    const claim = await issueHundred(world)
    await agreeOn(world, claim, [{ amount: 9_000n, dueDate: '2026-04-01' }])
    await receive(world, { amount: '85.00', bankReference: 'B2', reference: claim.reference })
    await world.deps.db
      .updateTable('claims')
      .set({ conversation: 'impasse' })
      .where('claim_id', '=', claim.claimId)
      .execute()
    expect(await revise(claim, { amount: eur('95.00') })).toBe('amount-invalid')
    expect(await revise(claim, { amount: eur('95.01') })).toBe('ok')
    expect(outstandingOf(await claimNow(world, claim.claimId))).toBe(1n)
    await checkSums(world, claim)
  })

  it.each<[string, Change]>([
    ['currency-mismatch', { amount: { value: '90.00', currency: 'USD' } }],
    ['amount-invalid', { amount: eur('90.0') }],
    ['date-invalid', { dueDate: '2026-02-30' }],
    ['due-date-range', { dueDate: '2040-01-01' }],
    ['due-date-before-issue-date', { dueDate: '2026-03-09' }],
    ['document-invalid', { documents: [documentAt('https://')] }],
  ])('is refused with %s', async (code, change) => {
    const { claim } = await addressedClaim(world)
    const before = await claimNow(world, claim.claimId)
    expect(await revise(claim, change)).toBe(code)
    expect(await claimNow(world, claim.claimId)).toEqual(before)
    expect(await revise(claim, { documents: [documentAt('https://x.example/1.pdf')] })).toBe('ok')
  })

  it('that changes nothing has no effect', async () => {
    const { claim } = await addressedClaim(world)
    expect(await revise(claim, { amount: eur('120.00'), dueDate: '2026-03-27' })).toBe('ok')
    expect((await claimNow(world, claim.claimId)).revision).toBe(1)
    expect(await revise({ ...claim, creditorId: 'cr_other' }, {})).toBe('not-found')
  })

  it('[REV-02] is refused after an agreement', async () => {
    const { agent, claim } = await addressedClaim(world)
    await hand(world, await signAccept(world, agent, claim))
    expect(await revise(claim, { amount: eur('90.00') })).toBe('agreement-exists')
  })

  it('is refused on a settled claim', async () => {
    const { claim } = await addressedClaim(world)
    await receive(world, { amount: '120.00', bankReference: 'B1', reference: claim.reference })
    expect(await revise(claim, { amount: eur('130.00') })).toBe('claim-settled')
  })

  it('lets the agent counter anew', async () => {
    const { agent, claim } = await addressedClaim(world)
    const far = { instalments: 1, interval: null, priceBps: 0, firstDueDate: '2027-01-01' }
    const counter = {
      kind: 'counter' as const,
      thr: claim.thr,
      body: {
        requestId: claim.claimId,
        plan: far,
        planHash: 'A'.repeat(43),
        agreementSignature: { protected: 'A', signature: 'A'.repeat(86) },
      },
    }
    expect((await say(world, agent, counter)).typ).toBe('parley-menu+jwt')
    await revise(claim, { amount: eur('90.00') })
    expect((await say(world, agent, counter)).typ).toBe('parley-menu+jwt')
    expect((await say(world, agent, counter)).typ).toBe('parley-status+jwt')
  })
})

describe('a revision of a request that nobody took', () => {
  it('is what link, page and API show, and what a person agrees to', async () => {
    const claim = await issueClaim(world)
    const token = tokenOf(world, claim.claimId)
    expect(await revise(claim, { amount: eur('90.00'), dueDate: '2026-04-10' })).toBe('ok')
    const linked = await readLinkedRequest(world.deps, token)
    const peeked = linked.ok ? peekClaims(linked.value) : linked
    expect(peeked).toMatchObject({ value: { payload: { revision: 2, amount: eur('90.00') } } })
    const page = await showClaimPage(world.deps, token)
    expect(page).toMatchObject({
      value: { outstanding: { minor: 9_000n }, dueDate: '2026-04-10' },
    })
    const shown = await readPaymentRequest(world.deps, claim)
    expect(shown).toMatchObject({ value: { signedRequest: linked.ok ? linked.value : '' } })

    const choice = { token, rowId: '3-P1M', firstDueDate: '2026-04-10' }
    const checked = await checkPlanChoice(world.deps, choice)
    if (!checked.ok) throw new Error(checked.error.code)
    const { planHash } = checked.value
    expect(await choosePlan(world.deps, { ...choice, planHash })).toMatchObject({ ok: true })
    const lines = await linesOf(world, claim)
    expect(lines.map(({ amount }) => amount)).toEqual([3_000n, 3_000n, 3_000n])
    expect((await verified(claim)).faults).toEqual([])
    expect(await claimNow(world, claim.claimId)).toMatchObject({ conversation: 'agreed' })
  })

  it('leaves the person without an agent in the journey', async () => {
    const claim = await issueClaim(world)
    await revise(claim, { amount: eur('90.00') })
    expect(await claimNow(world, claim.claimId)).toMatchObject({
      conversation: 'none',
      dunning: 'active',
      principal: 9_000n,
    })
  })
})

function documentAt(uri: string) {
  return { type: 'invoice' as const, id: 'N-1', uri, sha256: 'A'.repeat(43) }
}
