// Places in a thread: who may take which, what a second message under one place is worth, and the
// cases of a negotiation that must end in a refusal.
import {
  type EvidenceBundle,
  type MenuMessage,
  type MessageKind,
  menuOffers,
  peekClaims,
  planOf,
  signMessage,
  typOf,
  verifyEvidence,
} from '@parley/sdk/protocol'
import { describe, expect, it } from 'vitest'
import type { Claim } from '../../src/storage/claims.ts'
import { cancelPaymentRequest } from '../../src/use-cases/cancel-payment-request.ts'
import { exportEvidence } from '../../src/use-cases/export-evidence.ts'
import { openFileWorld } from '../support/file-world.ts'
import { receive } from '../support/money-world.ts'
import { claimNow, DAY, enrolTestAgent, eventsOf, type TestAgent } from '../support/test-world.ts'
import {
  addressedClaim,
  expectRefusal,
  hand,
  lastHash,
  newestRequest,
  say,
  sign,
  signAccept,
} from '../support/thread-talk.ts'

const world = await openFileWorld({ oneMenu: true })

const about = (claim: Claim, kind: MessageKind, more: object = {}) => ({
  kind,
  thr: claim.thr,
  body: { requestId: claim.claimId, ...more },
})

async function bundleOf({ creditorId, claimId }: Claim): Promise<EvidenceBundle> {
  const bundle = await exportEvidence(world.deps, { creditorId, claimId })
  if (!bundle.ok) throw new Error(bundle.error.code)
  return JSON.parse(JSON.stringify(bundle.value)) as EvidenceBundle
}

const decline = (claim: Claim) =>
  about(claim, 'decline', { menuId: 'v1-0', nothingAcceptable: true })

describe('[THR-02] a message', () => {
  it.each([
    ['sequence', { seq: 2 }],
    ['sequence-stale', { seq: 0, prev: null }],
    ['prev', { prev: 'A'.repeat(43) }],
    ['sub', { sub: 'db_another' }],
  ])('is refused with %s, and the one that is right is taken', async (code, claims) => {
    const { agent, claim } = await addressedClaim(world)
    await expectRefusal(world, await sign(world, agent, { ...about(claim, 'query'), claims }), code)
    await say(world, agent, about(claim, 'query'))
  })

  it('is refused as stale where the creditor has taken the place, without a proof', async () => {
    const { agent, claim } = await addressedClaim(world)
    const late = await signAccept(world, agent, claim)
    const { creditorId, claimId } = claim
    await cancelPaymentRequest(world.deps, { creditorId, claimId, reason: 'DT01' })
    await expectRefusal(world, late, 'sequence-stale')
    expect((await bundleOf(claim)).equivocations).toEqual([])
  })

  it('of a known jti in another place is refused with jti', async () => {
    const { agent, claim } = await addressedClaim(world)
    const { jws } = await say(world, agent, about(claim, 'query'))
    const peeked = peekClaims(jws)
    const jti = peeked.ok ? peeked.value.payload['jti'] : ''
    const again = { ...about(claim, 'query'), claims: { jti } }
    await expectRefusal(world, await sign(world, agent, again), 'jti')
  })
})

describe('[THR-05] a second message under one place', () => {
  async function equivocated() {
    const { agent, claim } = await addressedClaim(world)
    const accept = await signAccept(world, agent, claim)
    const other = await sign(world, agent, decline(claim))
    expect(await hand(world, accept)).toMatchObject({ ok: true })
    return { agent, claim, other }
  }

  it('is refused, kept once, reported once, and has no effect', async () => {
    const { claim, other, agent } = await equivocated()
    await expectRefusal(world, other, 'equivocation')
    await expectRefusal(world, other, 'equivocation')
    expect(await claimNow(world, claim.claimId)).toMatchObject({ conversation: 'agreed' })
    const told = (await eventsOf(world, claim.claimId)).filter(
      ({ type }) => type === 'peer.equivocated',
    )
    expect(told).toMatchObject([{ data: { thr: claim.thr, seq: 1, iss: agent.iss } }])
    expect((await bundleOf(claim)).equivocations).toEqual([other])
  })

  it('[EVI-04] is shown by the evidence as proof against its signer, which is no fault', async () => {
    const { claim, other, agent } = await equivocated()
    await hand(world, other)
    const report = await verifyEvidence(await bundleOf(claim))
    expect(report).toMatchObject({ ok: true, faults: [] })
    expect(report.findings).toEqual([
      {
        code: 'equivocation',
        signer: agent.iss,
        where: { thread: claim.thr, message: 1 },
        detail: 'signed two different messages for one place',
      },
    ])
  })

  it('[EVI-04] that was made up is a fault of the evidence', async () => {
    const { claim, other, agent } = await equivocated()
    await hand(world, other)
    const bundle = await bundleOf(claim)
    const stranger = await addressedClaim(world)
    const peeked = peekClaims(other)
    const payload = peeked.ok ? peeked.value.payload : {}
    const signed = await signMessage(typOf('decline'), payload, {
      ...stranger.agent.key,
      kid: agent.key.kid,
    })
    const free = { ...payload, seq: 9, jti: 'A'.repeat(22) }
    const cases: [string, string][] = [
      ['signature', signed],
      ['signature', `${other.slice(0, -8)}AAAAAAAA`],
      ['equivocation', await signMessage(typOf('decline'), free, agent.key)],
      ['equivocation', bundle.threads.find(({ thr }) => thr === claim.thr)?.messages[1] ?? ''],
      ['serialization', 'no message'],
    ]
    for (const [code, jws] of cases) {
      const report = await verifyEvidence({ ...bundle, equivocations: [jws] })
      expect(report.faults.map((fault) => [fault.code, fault.where])).toEqual([
        [code, { equivocation: 1 }],
      ])
      expect(report.findings).toEqual([])
    }
  })

  it('is kept sixteen times a thread at most', async () => {
    const { agent, claim } = await equivocated()
    const claims = { seq: 1, prev: 'A'.repeat(43) }
    for (let i = 0; i < 20; i += 1) {
      const jws = await sign(world, agent, { ...decline(claim), claims })
      await expectRefusal(world, jws, 'equivocation')
    }
    expect((await bundleOf(claim)).equivocations).toHaveLength(16)
  })
})

describe('[STA-03] the answer to a withdrawal', () => {
  it.each([
    ['CNCL', undefined],
    ['RJCR', 'PATE'],
  ])('%s is kept and shown in the timeline', async (status, code) => {
    const { agent, claim } = await addressedClaim(world)
    const { creditorId, claimId } = claim
    const reason = code === undefined ? {} : { reason: { code } }
    const answer = about(claim, 'cancelled', { status, ...reason })
    await expectRefusal(world, await sign(world, agent, answer), 'not-cancelled')
    await cancelPaymentRequest(world.deps, { creditorId, claimId, reason: 'DT01' })
    const reply = await say(world, agent, answer)
    expect(reply).toMatchObject({ typ: 'parley-status+jwt', payload: { claim: 'cancelled' } })
    expect((await eventsOf(world, claimId)).at(-1)).toMatchObject({
      type: 'payment-request.cancel-answered',
      data: { status, reason: code ?? null },
    })
    await receive(world, { amount: '10.00', bankReference: 'B1', reference: claim.reference })
    expect(await claimNow(world, claimId)).toMatchObject({ state: 'cancelled', overpaid: 1_000n })
    expect((await verifyEvidence(await bundleOf(claim))).faults).toEqual([])
  })
})

describe('[NEG-11] a withdrawal after the agreement', () => {
  it('is refused, unless the creditor names the agreement', async () => {
    const { agent, claim } = await addressedClaim(world)
    await hand(world, await signAccept(world, agent, claim))
    const { creditorId, claimId } = claim
    const cancel = async (more: { agreementId?: string } = {}) => {
      const key = { creditorId, claimId, reason: 'DT01', ...more }
      const done = await cancelPaymentRequest(world.deps, key)
      return done.ok ? 'ok' : done.error.code
    }
    expect(await cancel()).toBe('agreement-exists')
    expect(await cancel({ agreementId: 'A'.repeat(43) })).toBe('agreement-exists')
    const { agreement_id: agreementId } = await world.deps.db
      .selectFrom('agreements')
      .select('agreement_id')
      .executeTakeFirstOrThrow()
    expect(await cancel({ agreementId })).toBe('ok')
    expect((await claimNow(world, claimId)).state).toBe('cancelled')
    expect((await verifyEvidence(await bundleOf(claim))).faults).toEqual([])
  })
})

describe('a negotiation refuses', () => {
  interface Case {
    agent: TestAgent
    claim: Claim
  }

  const signed = (said: ReturnType<typeof about>) => (it: Case) => sign(world, it.agent, said)
  const counter = (plan: object) => async (it: Case) =>
    await sign(world, it.agent, {
      ...about(it.claim, 'counter', {
        plan: { priceBps: 0, interval: 'P1M', instalments: 2, firstDueDate: '2026-03-27', ...plan },
        planHash: 'A'.repeat(43),
        agreementSignature: { protected: 'A', signature: 'A'.repeat(86) },
      }),
    })
  const body = (more: object) => (it: Case) => signAccept(world, it.agent, it.claim, { body: more })

  it.each<[string, string, (it: Case) => Promise<string>]>([
    ['SRV-204 a menu that is not on the table', 'menu-unknown', body({ menuId: 'v0-0' })],
    ['SRV-205 another plan hash', 'plan-hash-mismatch', body({ planHash: 'B'.repeat(43) })],
    ['a row that the menu does not have', 'row-unknown', body({ rowId: '99-P1M' })],
    ['SRV-216 no instalments', 'schema', counter({ instalments: 0 })],
    ['[MSG-02] a member more in the plan', 'schema', counter({ later: true })],
    ['SRV-216 sixty-one instalments', 'schema', counter({ instalments: 61 })],
    ['SRV-216 one instalment with an interval', 'plan-invalid', counter({ instalments: 1 })],
    ['SRV-216 instalments without an interval', 'plan-invalid', counter({ interval: null })],
    [
      'SRV-217 a day outside of the window',
      'date-outside-window',
      body({ firstDueDate: '2027-01-01' }),
    ],
    ['SRV-220 the request of another claim', 'thr', body({ requestId: 'pr_OTHER' })],
    [
      'SRV-220 a signature over another agreement',
      'agreement-mismatch',
      body({ payBy: { bank: 'https://bank.example' } }),
    ],
  ])('%s', async (_what, code, make) => {
    const it = await addressedClaim(world)
    await expectRefusal(world, await make(it), code)
    expect(await hand(world, await signAccept(world, it.agent, it.claim))).toMatchObject({
      ok: true,
    })
  })

  it('SRV-209 a counter after the agreement', async () => {
    const made = await addressedClaim(world)
    await hand(world, await signAccept(world, made.agent, made.claim))
    await expectRefusal(world, await counter({})(made), 'agreement-exists')
  })

  it('[MSG-02] nothing for a member that nobody knows', async () => {
    const { agent, claim } = await addressedClaim(world)
    const { typ } = await say(world, agent, about(claim, 'query', { later: { added: true } }))
    expect(typ).toBe('parley-status+jwt')
  })

  it('SRV-211 a gap, and answers an earlier place as before', async () => {
    const made = await addressedClaim(world)
    const first = await sign(world, made.agent, about(made.claim, 'query'))
    const reply = await hand(world, first)
    const gap = { ...about(made.claim, 'query'), claims: { seq: 9 } }
    await expectRefusal(world, await sign(world, made.agent, gap), 'sequence')
    expect(await hand(world, first)).toEqual(reply)
  })

  it.each([
    ['as its own agent would', {}],
    ['of another version', { ver: '2.0' }],
    ['for another receiver', { aud: 'https://other.example' }],
    ['that has expired', { exp: 1 }],
    ['at a place that is taken', { seq: 0, prev: null }],
    ['under no name', { iss: undefined }],
    ['under a name that names nobody', { iss: 'https://other.example/' }],
  ])(
    '[PRB-03] SRV-212, SRV-213 a message %s: of a stranger and into nowhere alike',
    async (_what, claims) => {
      const made = await addressedClaim(world)
      const other = await addressedClaim(world)
      const into = async (thr: string) => {
        const said = { ...about(other.claim, 'query'), thr, claims }
        return await hand(world, await sign(world, made.agent, said))
      }
      const foreign = await into(other.claim.thr)
      expect(foreign.ok).toBe(false)
      expect(foreign).toEqual(await into('A'.repeat(22)))
      const control = await sign(world, other.agent, about(other.claim, 'query'))
      expect(await hand(world, control)).toMatchObject({ ok: true })
    },
  )

  it('[PRB-03] SRV-213 knows no thread of another enrolment either', async () => {
    const made = await addressedClaim(world)
    const other = await addressedClaim(world)
    const into = async (thr: string) => {
      const wish = { kind: 'preference', thr, body: { payDay: 27 } } as const
      return await hand(world, await sign(world, made.agent, wish))
    }
    const { enrolmentId } = other.agent
    const enrolments = world.deps.db
      .selectFrom('enrolments')
      .where('enrolment_id', '=', enrolmentId)
    const { thr } = await enrolments.select('thr').executeTakeFirstOrThrow()
    const foreign = await into(thr)
    expect(foreign.ok ? 'taken' : foreign.error.code).toBe('not-found')
    expect(foreign).toEqual(await into('A'.repeat(22)))
  })

  it('SRV-214 an agent whose enrolment has ended', async () => {
    const made = await addressedClaim(world)
    await enrolTestAgent(world, made.claim.debtorId)
    await expectRefusal(world, await signed(about(made.claim, 'query'))(made), 'enrolment-ended')
  })

  it('SRV-218 [NEG-07] counters without end: the second ends it, and a person is turned to', async () => {
    const made = await addressedClaim(world)
    const far = counter({ firstDueDate: '2027-01-01' })
    expect(await hand(world, await far(made))).toMatchObject({ ok: true })
    expect(await hand(world, await far(made))).toMatchObject({ ok: true })
    expect(await claimNow(world, made.claim.claimId)).toMatchObject({
      conversation: 'impasse',
      dunning: 'active',
    })
  })

  it('[NEG-03] every plan of the first menu stays on offer in the next', async () => {
    const made = await addressedClaim(world)
    const { menu: first } = await newestRequest(world, made.claim.thr)
    const reply = await hand(world, await counter({ firstDueDate: '2027-01-01' })(made))
    const peeked = peekClaims(reply.ok ? reply.value.body : '')
    if (!peeked.ok) throw new Error('the reply is no message')
    const { menu: next } = peeked.value.payload as unknown as MenuMessage
    const plans = first.rows.flatMap((row) =>
      [row.firstDueFrom, row.firstDueTo].map((day) => planOf(row, day)),
    )
    expect(plans.length).toBeGreaterThan(1)
    expect(plans.filter((plan) => !menuOffers(next, plan))).toEqual([])
  })

  it('SRV-219 a lower price: no plan is agreed on', async () => {
    const made = await addressedClaim(world)
    expect(await hand(world, await counter({ priceBps: -500 })(made))).toMatchObject({ ok: true })
    expect((await claimNow(world, made.claim.claimId)).conversation).toBe('negotiating')
  })

  it('SRV-221 [NEG-10] an answer after the end of the offer', async () => {
    const [made, other] = [await addressedClaim(world), await addressedClaim(world)]
    const { exp } = await newestRequest(world, made.claim.thr)
    const choice = { rowId: '1', firstDueDate: '2026-04-20' }
    world.pass(exp - world.deps.clock.now() - 1)
    const inTime = await signAccept(world, other.agent, other.claim, choice)
    expect(await hand(world, inTime)).toMatchObject({ ok: true })
    world.pass(1)
    const late = await signAccept(world, made.agent, made.claim, choice)
    await expectRefusal(world, late, 'offer-expired')
    const near = { instalments: 1, interval: null, firstDueDate: '2026-04-20' }
    await expectRefusal(world, await counter(near)(made), 'offer-expired')
    await expectRefusal(world, await sign(world, made.agent, decline(made.claim)), 'offer-expired')
  })

  it('SRV-222 anything about a settled claim', async () => {
    const made = await addressedClaim(world)
    const { reference } = made.claim
    await receive(world, { amount: '120.00', bankReference: 'B1', reference })
    await expectRefusal(world, await signAccept(world, made.agent, made.claim), 'claim-settled')
    world.pass(DAY)
    expect(await lastHash(world, made.claim.thr)).not.toBe('')
  })
})
