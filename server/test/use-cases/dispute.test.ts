// A dispute from the message to its decision: dunning, payment and money while it lasts and after it.
import { generateSigningKey, keyRecordOf, verifyEvidence } from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import { holdsOf } from '../../src/storage/claim-holds.ts'
import type { Claim } from '../../src/storage/claims.ts'
import { exportEvidence } from '../../src/use-cases/export-evidence.ts'
import { releaseHold, setHold } from '../../src/use-cases/manage-holds.ts'
import { readPaymentRequest } from '../../src/use-cases/read-payment-requests.ts'
import { paymentThread } from '../../src/use-cases/receive-payment.ts'
import { type ResolveDispute, resolveDispute } from '../../src/use-cases/resolve-dispute.ts'
import { takeDueDunningSteps } from '../../src/use-cases/take-due-dunning-steps.ts'
import { openFileWorld } from '../support/file-world.ts'
import { checkSums, linesOf, receive } from '../support/money-world.ts'
import { tasksOf, tell } from '../support/reply-world.ts'
import {
  claimNow,
  DAY,
  eventsOf,
  HOUR,
  type TestAgent,
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

async function setting() {
  const { agent, claim } = await addressedClaim(world)
  const dispute = (value: string) => ({
    kind: 'dispute' as const,
    thr: claim.thr,
    body: { requestId: claim.claimId, disputed: eur(value), reason: { code: 'goods-missing' } },
  })
  return {
    agent,
    claim,
    dispute,
    raise: async (value: string) => (await say(world, agent, dispute(value))).payload,
    now: () => claimNow(world, claim.claimId),
    view: () => viewOf(claim),
    resolve: (decision: Omit<ResolveDispute, 'creditorId' | 'claimId'>) =>
      resolveFor(claim, decision),
  }
}

async function viewOf({ creditorId, claimId }: Claim) {
  const view = await readPaymentRequest(world.deps, { creditorId, claimId })
  if (!view.ok) throw new Error(view.error.code)
  return view.value
}

async function resolveFor(
  { creditorId, claimId }: Claim,
  decision: Omit<ResolveDispute, 'creditorId' | 'claimId'>,
): Promise<string> {
  const done = await resolveDispute(world.deps, { creditorId, claimId, ...decision })
  return done.ok ? 'ok' : done.error.code
}

async function lastStatus(claim: Claim) {
  const said = await transcriptOf(world, claim.thr)
  return said.findLast(({ typ }) => typ === 'parley-status+jwt')?.payload
}

async function faultsOf({ creditorId, claimId }: Claim) {
  const bundle = await exportEvidence(world.deps, { creditorId, claimId })
  if (!bundle.ok) throw new Error(bundle.error.code)
  return (await verifyEvidence(JSON.parse(JSON.stringify(bundle.value)))).faults
}

const sweep = () => takeDueDunningSteps(world.deps, { limit: 10 })
/** Steps of which a person hears: those that ask for money, or the answers. */
const said = async (what: 'contacts' | 'answers') => {
  const rows = await world.deps.db
    .selectFrom('human_messages')
    .select('step')
    .where('is_contact', '=', what === 'contacts')
    .orderBy('message_id')
    .execute()
  return rows.map(({ step }) => step)
}
const typesOf = async (claim: Claim) =>
  (await eventsOf(world, claim.claimId)).map(({ type }) => type)

describe('[DIS-01] a dispute', () => {
  it('is answered by a status with the disputed part and the hold', async () => {
    const { raise, now, view, claim } = await setting()
    const status = await raise('30.00')
    expect(status).toMatchObject({
      claim: 'open',
      outstanding: eur('120.00'),
      disputed: eur('30.00'),
      hold: { reason: 'dispute' },
      nextStep: 'none',
    })
    expect(await now()).toMatchObject({ disputed: 3_000n, dunning: 'holding' })
    expect(await view()).toMatchObject({
      holds: [{ reason: 'dispute', until: null }],
      nextStep: { action: 'decide-dispute' },
    })
    const event = (await eventsOf(world, claim.claimId)).at(-1)
    const data = { amount: '30.00', currency: 'EUR', reason: 'goods-missing' }
    expect(event).toMatchObject({ type: 'dispute.raised', data })
  })

  it('stops reminders and the time of the agent until it is decided', async () => {
    const { raise, now, resolve } = await setting()
    await raise('30.00')
    for (let day = 1; day <= 20; day += 1) {
      world.pass(DAY)
      await sweep()
    }
    expect(await said('contacts')).toEqual([])
    expect(await said('answers')).toEqual(['received~2', 'evidence~2'])
    expect(await now()).toMatchObject({ conversation: 'sent', dunning: 'holding' })
    expect(await resolve({ outcome: 'rejected' })).toBe('ok')
    expect(await now()).toMatchObject({ dunning: 'idle', disputed: 0n })
    world.pass(25 * HOUR)
    while ((await sweep()) > 0) {}
    expect(await now()).toMatchObject({ conversation: 'timed-out', dunning: 'active' })
    expect(await said('answers')).toEqual(['received~2', 'evidence~2', 'result~2'])
    expect(await said('contacts')).toEqual(['first-notice~3'])
  })

  it('of more than is owed is refused, of all is taken', async () => {
    const { agent, claim, dispute, raise } = await setting()
    await receive(world, { amount: '20.00', bankReference: 'B1', reference: claim.reference })
    await expectRefusal(world, await sign(world, agent, dispute('100.01')), 'amount-invalid')
    expect(await raise('100.00')).toMatchObject({ disputed: eur('100.00') })
  })

  it('[MON-04] in another currency is refused', async () => {
    const { agent, claim, dispute } = await setting()
    const body = {
      requestId: claim.claimId,
      disputed: { value: '1.00', currency: 'USD' },
      reason: { code: 'price' },
    }
    const jws = await sign(world, agent, { ...dispute('1.00'), body })
    await expectRefusal(world, jws, 'currency-mismatch')
  })

  it('of a settled claim is refused', async () => {
    const { agent, claim, dispute } = await setting()
    await receive(world, { amount: '120.00', bankReference: 'B1', reference: claim.reference })
    await expectRefusal(world, await sign(world, agent, dispute('1.00')), 'claim-settled')
  })

  it('[DIS-02] over zero takes it back; without one before, it changes nothing', async () => {
    const { raise, now, view, claim } = await setting()
    expect(await raise('0.00')).not.toHaveProperty('disputed')
    expect((await typesOf(claim)).at(-1)).toBe('negotiation.offered')
    await raise('30.00')
    const status = await raise('0.00')
    expect(status).not.toHaveProperty('disputed')
    expect(status).not.toHaveProperty('hold')
    expect(await now()).toMatchObject({ disputed: 0n, dunning: 'idle' })
    expect((await view()).holds).toEqual([])
    expect((await typesOf(claim)).at(-1)).toBe('dispute.withdrawn')
  })

  it('[THR-03] has one effect and one reply however often it comes', async () => {
    const { agent, dispute, claim } = await setting()
    const jws = await sign(world, agent, dispute('30.00'))
    const first = await hand(world, jws)
    expect(await hand(world, jws)).toEqual(first)
    expect((await typesOf(claim)).filter((type) => type === 'dispute.raised')).toHaveLength(1)
  })

  it('shows less once money came in, and nothing once all is paid', async () => {
    const { raise, view, claim } = await setting()
    await raise('50.00')
    await receive(world, { amount: '100.00', bankReference: 'B1', reference: claim.reference })
    expect(await lastStatus(claim)).toMatchObject({ disputed: eur('50.00') })
    await receive(world, { amount: '20.00', bankReference: 'B2', reference: claim.reference })
    expect(await view()).toMatchObject({ claim: { state: 'settled' }, holds: [] })
  })
})

describe('[DIS-02] the creditor upholds a dispute', () => {
  it('of a part: less is owed, and a request over the rest follows', async () => {
    const { raise, now, resolve, claim } = await setting()
    await raise('30.00')
    const text = 'one box was missing'
    expect(await resolve({ outcome: 'upheld', credit: eur('20.00'), text })).toBe('ok')
    expect(await now()).toMatchObject({
      credit: 2_000n,
      disputed: 0n,
      revision: 2,
      conversation: 'sent',
    })
    expect(await lastStatus(claim)).toMatchObject({
      outstanding: eur('100.00'),
      reason: { code: 'dispute-upheld', text },
    })
    const request = await newestRequest(world, claim.thr)
    expect(request).toMatchObject({ revision: 2, amount: eur('100.00') })
    expect((await typesOf(claim)).slice(-2)).toEqual(['dispute.upheld', 'payment-request.revised'])
    expect(await faultsOf(claim)).toEqual([])
  })

  it('and a plan over the rest settles the claim to the cent', async () => {
    const { agent, raise, now, resolve, claim } = await setting()
    await raise('30.00')
    await resolve({ outcome: 'upheld', credit: eur('20.00') })
    expect(await hand(world, await signAccept(world, agent, claim))).toMatchObject({ ok: true })
    await receive(world, { amount: '100.00', bankReference: 'B1', reference: claim.reference })
    expect(await now()).toMatchObject({ state: 'settled', paid: 10_000n, overpaid: 0n })
    await checkSums(world, claim)
    expect(await faultsOf(claim)).toEqual([])
  })

  it('of all that is left: the claim is settled without money', async () => {
    const { raise, now, resolve, claim } = await setting()
    await receive(world, { amount: '100.00', bankReference: 'B1', reference: claim.reference })
    await raise('20.00')
    expect(await resolve({ outcome: 'upheld' })).toBe('ok')
    expect(await now()).toMatchObject({ state: 'settled', dunning: 'idle', credit: 2_000n })
    expect(await lastStatus(claim)).toMatchObject({ claim: 'settled', outstanding: eur('0.00') })
    expect(await typesOf(claim)).toContain('payment-request.settled')
    await receive(world, { amount: '5.00', bankReference: 'B2', reference: claim.reference })
    expect(await now()).toMatchObject({ overpaid: 500n })
    await checkSums(world, claim)
    expect(await faultsOf(claim)).toEqual([])
  })

  it('of all that is left: nobody looks for a payment any more', async () => {
    const { claim, raise, now, resolve } = await setting()
    await tell(world, claim, { action: { kind: 'look-for-payment' } })
    await raise('120.00')
    expect(await resolve({ outcome: 'upheld' })).toBe('ok')
    expect(await now()).toMatchObject({ state: 'settled' })
    expect(await holdsOf(world.deps.db, claim)).toEqual([])
    const kinds = (await tasksOf(world)).map(({ kind }) => kind)
    expect(kinds).not.toContain('look-for-payment')
  })

  it('under a plan: the lines that fall due last bear the credit', async () => {
    const { agent, raise, now, resolve, claim } = await setting()
    await hand(world, await signAccept(world, agent, claim))
    await raise('50.00')
    expect(await resolve({ outcome: 'upheld' })).toBe('ok')
    const lines = await linesOf(world, claim)
    expect(lines.map(({ credited }) => credited)).toEqual([0n, 1_000n, 4_000n])
    expect(await now()).toMatchObject({ revision: 1, conversation: 'agreed', credit: 5_000n })
    await receive(world, { amount: '70.00', bankReference: 'B1', reference: claim.reference })
    expect(await now()).toMatchObject({ state: 'settled', paid: 7_000n, overpaid: 0n })
    await checkSums(world, claim)
    expect(await faultsOf(claim)).toEqual([])
  })

  it('twice in the same words once; in other words there is nothing to decide', async () => {
    const { raise, now, resolve, claim } = await setting()
    await raise('30.00')
    const decision = { outcome: 'upheld' as const, credit: eur('20.00') }
    expect([await resolve(decision), await resolve(decision)]).toEqual(['ok', 'ok'])
    expect(await now()).toMatchObject({ credit: 2_000n, revision: 2 })
    expect(await resolve({ outcome: 'rejected' })).toBe('dispute-unknown')
    expect((await typesOf(claim)).filter((type) => type === 'dispute.upheld')).toHaveLength(1)
  })

  it('is refused without a dispute, over more than is disputed, and for a stranger', async () => {
    const { raise, resolve, claim } = await setting()
    expect(await resolve({ outcome: 'upheld' })).toBe('dispute-unknown')
    await raise('30.00')
    expect(await resolve({ outcome: 'upheld', credit: eur('30.01') })).toBe('amount-invalid')
    const foreign = { ...claim, creditorId: 'cr_other' }
    expect(await resolveFor(foreign, { outcome: 'upheld' })).toBe('not-found')
    expect(await resolve({ outcome: 'upheld', credit: eur('30.00') })).toBe('ok')
  })
})

describe('[PAY-07] a bank that asks for a lease', () => {
  async function agreedSetting() {
    const made = await setting()
    const bank = { iss: 'https://bank.example', key: await generateSigningKey('ES256') }
    const record = keyRecordOf({ ...bank.key.publicJwk, kid: bank.key.kid })
    if (!record.ok) throw new Error('the key of the test is no key')
    world.deps.peerKeys = { resolverFor: () => async () => ({ ok: true, value: record.value }) }
    const payBy = { bank: bank.iss }
    await hand(world, await signAccept(world, made.agent, made.claim, { payBy }))
    const { agreement_id: agreementId } = await world.deps.db
      .selectFrom('agreements')
      .select('agreement_id')
      .executeTakeFirstOrThrow()
    const from = { ...bank, sub: (made.agent as TestAgent).sub }
    const ask = async (line: number, status = 'ACCP', more: object = {}) => {
      const own = (await linesOf(world, made.claim)).find((it) => it.line === line)
      const body = {
        requestId: made.claim.claimId,
        agreementId,
        line,
        status,
        amount: eur('40.00'),
        endToEndId: own?.endToEndId,
        ...more,
      }
      const thr = await paymentThread(agreementId, line)
      const reply = await say(world, from, { kind: 'payment', thr, body })
      return reply.payload['lease'] as { granted: boolean; reason?: { code: string } }
    }
    return { ...made, ask }
  }

  it('gets it for lines that the undisputed part covers, and for no other', async () => {
    const { raise, ask } = await agreedSetting()
    await raise('50.00')
    expect(await ask(1)).toMatchObject({ granted: true })
    expect(await ask(2)).toMatchObject({ granted: false, reason: { code: 'DISP' } })
    expect(await ask(3)).toMatchObject({ granted: false, reason: { code: 'DISP' } })
    await raise('0.00')
    expect(await ask(2)).toMatchObject({ granted: true })
  })

  it('gets none for a line that bears a credit, and its reports count all the same', async () => {
    const { raise, resolve, ask } = await agreedSetting()
    expect(await ask(2)).toMatchObject({ granted: true, fencing: 1 })
    await raise('50.00')
    await resolve({ outcome: 'upheld' })
    expect(await ask(1)).toMatchObject({ granted: true })
    expect(await ask(3)).toMatchObject({ granted: false, reason: { code: 'PAID' } })
    expect(await ask(2, 'RJCT', { fencing: 1 })).toMatchObject({ granted: false })
    expect(await ask(2)).toMatchObject({ granted: false, reason: { code: 'CRED' } })
  })
})

describe('[ASS-01] a call for assistance', () => {
  it('holds dunning for 14 days, tells people, and needs no reason', async () => {
    const { agent, claim, now, view } = await setting()
    const assistance = {
      kind: 'assistance' as const,
      thr: claim.thr,
      body: { requestId: claim.claimId },
    }
    const until = world.deps.clock.now() + 14 * DAY
    const status = (await say(world, agent, assistance)).payload
    expect(status).toMatchObject({
      hold: { reason: 'assistance', until },
      nextStep: 'human-channel',
    })
    expect((await eventsOf(world, claim.claimId)).at(-1)).toMatchObject({
      type: 'assistance.requested',
      data: { until },
    })
    expect(await view()).toMatchObject({ nextStep: { action: 'help-debtor', at: until } })
    world.pass(13 * DAY)
    await sweep()
    expect([await said('contacts'), (await now()).dunning]).toEqual([[], 'holding'])
    world.pass(2 * DAY)
    await sweep()
    await sweep()
    expect(await said('contacts')).toHaveLength(1)
    expect(await now()).toMatchObject({ conversation: 'timed-out', dunning: 'active' })
  })

  it('is answered on a closed claim, where there is nothing to hold', async () => {
    const { agent, claim, view } = await setting()
    await receive(world, { amount: '120.00', bankReference: 'B1', reference: claim.reference })
    const body = { requestId: claim.claimId }
    const status = await say(world, agent, { kind: 'assistance', thr: claim.thr, body })
    expect(status.payload).not.toHaveProperty('hold')
    expect(await typesOf(claim)).toContain('assistance.requested')
    expect((await view()).holds).toEqual([])
  })
})

describe('a hold of the creditor', () => {
  it('rests reminders, is told to the agent, and goes on where it stood', async () => {
    const { claim, now } = await setting()
    const { creditorId, claimId } = claim
    const key = { creditorId, claimId, reason: 'other' as const }
    expect(await setHold(world.deps, { ...key, until: null })).toMatchObject({ ok: true })
    expect(await setHold(world.deps, { ...key, until: null })).toMatchObject({ ok: true })
    expect((await typesOf(claim)).filter((type) => type === 'hold.set')).toHaveLength(1)
    expect(await lastStatus(claim)).toMatchObject({ hold: { reason: 'other' } })
    world.pass(3 * DAY)
    await sweep()
    expect([await said('contacts'), (await now()).dunning]).toEqual([[], 'holding'])
    expect(await releaseHold(world.deps, key)).toMatchObject({ ok: true })
    expect(await lastStatus(claim)).not.toHaveProperty('hold')
    await sweep()
    await sweep()
    expect(await said('contacts')).toHaveLength(1)
  })

  it('[ASS-01] for assistance is not ended before 14 days', async () => {
    const { claim } = await setting()
    const { creditorId, claimId } = claim
    const key = { creditorId, claimId, reason: 'assistance' as const }
    const soon = world.deps.clock.now() + 13 * DAY
    const codeOf = (done: { ok: boolean; error?: { code: string } }) => done.error?.code ?? 'ok'
    expect(codeOf(await setHold(world.deps, { ...key, until: soon }))).toBe('hold-until')
    expect(codeOf(await setHold(world.deps, { ...key, until: null }))).toBe('ok')
    expect(codeOf(await releaseHold(world.deps, key))).toBe('hold-until')
    world.pass(14 * DAY)
    expect(codeOf(await releaseHold(world.deps, key))).toBe('ok')
    const past = { ...key, reason: 'other' as const, until: world.deps.clock.now() }
    expect(codeOf(await setHold(world.deps, past))).toBe('hold-until')
  })
})
