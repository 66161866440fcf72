// What an agent asks and says beside its answers: where a claim stands, what is owed on a day, what is
// disputed, that help is needed, and that a cancellation was heard.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkQuote } from '../../src/agent/check-content.ts'
import type { AmountPart, QuoteMessage } from '../../src/protocol/generated/messages.ts'
import { addDays, formatAmount } from '../../src/protocol/index.ts'
import { type AgentWorld, createAgentWorld } from '../support/agent-world.ts'
import { createBankWorld } from '../support/bank-world.ts'
import { BANK_ORIGIN, POLICY, TODAY } from '../support/fixtures.ts'
import { payloadOf, thrOf } from '../support/peek.ts'

const MESSAGES = '/parley/messages'
const euro = (value: string) => ({ value, currency: 'EUR' })
const REASON = { code: 'NOAS', text: 'not what was delivered' }

/** An agent with one bill that waits for the person. */
async function billWorld(): Promise<AgentWorld & { thr: string; requestId: string }> {
  const world = await createAgentWorld({ policy: { ...POLICY, askAbove: 1n } })
  const request = await world.peer.request()
  await world.push(request)
  return { ...world, thr: thrOf(request), requestId: String(payloadOf(request).requestId) }
}

const kindsOf = ({ peer }: AgentWorld) => peer.taken.map(({ kind }) => kind)

describe("the debtor's own copy", () => {
  it('[PRF-01] is fetched, verified and handed to the person', async () => {
    const world = await billWorld()
    const [enrolment] = await world.agent.enrolments()
    expect(await world.agent.profile(enrolment?.id ?? '')).toMatchObject({
      ok: true,
      value: { language: 'en', unknown: ['Pay day'] },
    })
  })

  it.each([
    [{ sub: 'someone-else' }, 'sub'],
    [{ aud: 'https://other.example' }, 'aud'],
    [{ facts: 'none' }, 'schema'],
  ])(
    'is refused when it is not of this debtor, for this agent or of this form: %j',
    async (members, code) => {
      const world = await billWorld()
      const [enrolment] = await world.agent.enrolments()
      world.peer.behaviour.profileMembers = members
      expect(await world.agent.profile(enrolment?.id ?? '')).toMatchObject({
        ok: false,
        error: { code },
      })
    },
  )

  it('is not there without an enrolment', async () => {
    const world = await billWorld()
    expect(await world.agent.profile('nobody')).toEqual({ ok: false, error: { code: 'not-found' } })
  })

  it('[PRF-02] is contested in the conversation, and answered with a status', async () => {
    const world = await billWorld()
    const contested = await world.agent.contest(world.requestId, { factId: 'lf_1' }, 'A new job.')
    expect(contested).toMatchObject({ ok: true, value: { claim: 'open' } })
    expect(world.peer.taken).toMatchObject([
      { kind: 'contest', payload: { factId: 'lf_1', text: 'A new job.' } },
    ])
  })
})

describe('a question about a claim', () => {
  it('[STA-01] is answered with a status that the conversation keeps', async () => {
    const world = await billWorld()
    world.peer.behaviour.statusMembers = { hold: { reason: 'assistance' } }
    expect(await world.agent.query(world.requestId)).toMatchObject({
      ok: true,
      value: { claim: 'open', outstanding: euro('240.00') },
    })
    const [thread] = await world.agent.threads()
    expect(thread?.messages.map(({ kind }) => kind)).toEqual(['request', 'query', 'status'])
    expect(thread).toMatchObject({ stage: 'asking', inquiry: null, hold: { reason: 'assistance' } })
  })

  it('[STA-02] with a day is answered with the amount and its parts', async () => {
    const world = await billWorld()
    const parts = [
      { kind: 'principal', amount: euro('240.00') },
      { kind: 'interest', amount: euro('3.21') },
      { kind: 'paid', amount: euro('40.00') },
    ]
    world.peer.behaviour.quoteMembers = { parts, total: euro('203.21') }
    const quote = await world.agent.amountAsOf(world.requestId, '2026-06-30')
    expect(quote).toMatchObject({ ok: true, value: { asOf: '2026-06-30', total: euro('203.21') } })
    expect(world.peer.taken).toMatchObject([{ kind: 'query', payload: { asOf: '2026-06-30' } }])
  })

  it.each([
    ['yesterday', -1, 'date-outside-window'],
    ['today', 0, null],
    ['366 days ahead', 366, null],
    ['367 days ahead', 367, 'date-outside-window'],
  ])('[STA-02] for %s', async (_, ahead, code) => {
    const world = await billWorld()
    const quote = await world.agent.amountAsOf(world.requestId, addDays(TODAY, ahead))
    expect(quote.ok ? null : quote.error.code).toBe(code)
    expect(world.network.posted(MESSAGES)).toHaveLength(code === null ? 1 : 0)
  })

  it.each([
    ['parts that are a cent less than the total', { total: euro('240.01') }],
    ['another currency', { total: { value: '240.00', currency: 'USD' } }],
    ['an amount with a missing digit', { total: euro('240.0') }],
  ])('[MON-07] does not believe a quote with %s', async (_, members) => {
    const world = await billWorld()
    world.peer.behaviour.quoteMembers = members
    const quote = await world.agent.amountAsOf(world.requestId, '2026-06-30')
    expect(quote).toMatchObject({ ok: false })
    expect(world.events).toContainEqual(
      expect.objectContaining({
        type: 'refused',
        refusal: expect.objectContaining({ code: 'content-invalid' }),
      }),
    )
  })

  it('[STA-02] does not take the quote for another day', async () => {
    const world = await billWorld()
    world.peer.behaviour.quoteMembers = { asOf: '2026-07-01' }
    expect(await world.agent.amountAsOf(world.requestId, '2026-06-30')).toEqual({
      ok: false,
      error: { code: 'content-invalid' },
    })
  })

  it('[MON-07] takes a quote if and only if its parts are its total, to the minor unit', () => {
    const kinds = ['principal', 'plan-price', 'fee', 'interest', 'compensation', 'paid', 'credit']
    const part = fc.record({
      kind: fc.constantFrom(...(kinds as AmountPart['kind'][])),
      minor: fc.bigInt(0n, 10_000n),
    })
    const money = (minor: bigint) => formatAmount({ minor, currency: 'EUR' })
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), fc.bigInt(-1n, 1n), (given, off) => {
        const sum = given.reduce(
          (so, { kind, minor }) => (kind === 'paid' || kind === 'credit' ? so - minor : so + minor),
          0n,
        )
        const total = sum + off
        fc.pre(total >= 0n)
        const parts = given.map(({ kind, minor }) => ({ kind, amount: money(minor) }))
        const quote = { total: money(total), parts, asOf: TODAY } as unknown as QuoteMessage
        expect(checkQuote(quote, 'EUR').ok).toBe(off === 0n)
      }),
    )
  })

  it('is sent again, the same bytes, after a lost reply', async () => {
    const world = await billWorld()
    world.network.faultOf = ({ url }) => (url.endsWith(MESSAGES) ? 'lose-reply' : 'none')
    expect(await world.agent.query(world.requestId)).toEqual({
      ok: false,
      error: { code: 'unreachable' },
    })
    world.network.faultOf = () => 'none'
    await world.restart().resume()
    const posts = world.network.posted(MESSAGES)
    expect(new Set(posts).size).toBe(1)
    expect(await world.agent.threads()).toMatchObject([{ inquiry: null }])
  })

  it('waits behind an answer that has not arrived', async () => {
    const world = await createAgentWorld()
    world.network.faultOf = ({ url }) => (url.endsWith(MESSAGES) ? 'unreachable' : 'none')
    const request = await world.peer.request()
    await world.push(request)
    await world.agent.idle()
    const requestId = String(payloadOf(request).requestId)
    expect(await world.agent.query(requestId)).toEqual({ ok: false, error: { code: 'busy' } })
    world.network.faultOf = () => 'none'
    expect((await world.agent.query(requestId)).ok).toBe(true)
    expect(kindsOf(world)).toEqual(['accept', 'query'])
  })

  it('is refused for a bill that nobody knows', async () => {
    const world = await billWorld()
    expect(await world.agent.query('req_other')).toEqual({
      ok: false,
      error: { code: 'not-found' },
    })
  })

  it('tells what the creditor refuses, and its place stays free', async () => {
    const world = await billWorld()
    world.peer.behaviour.problem = { status: 422, code: 'date-outside-window' }
    expect(await world.agent.amountAsOf(world.requestId, '2026-06-30')).toEqual({
      ok: false,
      error: { code: 'peer-refused', detail: 'date-outside-window' },
    })
    world.peer.behaviour.problem = null
    expect((await world.agent.query(world.requestId)).ok).toBe(true)
    expect(world.peer.taken).toMatchObject([{ kind: 'query', payload: { seq: 1 } }])
  })

  it('[THR-04] that is stale is asked anew after what was missed', async () => {
    const world = await billWorld()
    const body = { claim: 'open', conversation: 'negotiating', outstanding: euro('200.00') }
    world.peer.inbox.push(await world.peer.next(world.thr, 'status', body))
    expect((await world.agent.query(world.requestId)).ok).toBe(true)
    const asked = world.network.posted(MESSAGES).map((jws) => payloadOf(jws).seq)
    expect(asked).toEqual([1, 2])
    const [thread] = await world.agent.threads()
    expect(thread?.messages.map(({ kind }) => kind)).toEqual([
      'request',
      'status',
      'query',
      'status',
    ])
  })
})

describe('a dispute', () => {
  it('[DIS-01] names a part; the status shows it, and the agent asks before it agrees', async () => {
    const world = await billWorld()
    const disputed = await world.agent.dispute(world.requestId, {
      ...{ amount: euro('40.00'), reason: REASON },
    })
    expect(disputed).toMatchObject({ ok: true, value: { disputed: euro('40.00') } })
    expect(world.peer.taken).toMatchObject([
      { kind: 'dispute', payload: { disputed: euro('40.00'), reason: REASON } },
    ])
    const generous = world.restart({ policy: POLICY })
    world.peer.inbox.push(
      await world.peer.next(world.thr, 'menu', {
        menu: payloadOf(await world.peer.request()).menu,
      }),
    )
    await generous.pull()
    expect((await generous.decisions()).at(-1)?.decision).toMatchObject({ reason: 'disputed' })
  })

  it('[DIS-02] over zero takes it back', async () => {
    const world = await billWorld()
    await world.agent.dispute(world.requestId, { amount: euro('40.00'), reason: REASON })
    await world.agent.dispute(world.requestId, { amount: euro('0.00'), reason: REASON })
    expect(await world.agent.threads()).toMatchObject([{ disputed: euro('0.00') }])
  })

  it.each([
    ['the whole', euro('240.00'), true],
    ['one cent more than is outstanding', euro('240.01'), false],
    ['another currency', { value: '1.00', currency: 'USD' }, false],
    ['less than nothing', euro('-1.00'), false],
  ])('[DIS-01] of %s', async (_, amount, isTaken) => {
    const world = await billWorld()
    const disputed = await world.agent.dispute(world.requestId, { amount, reason: REASON })
    expect(disputed.ok).toBe(isTaken)
    if (!disputed.ok) expect(disputed.error.code).toBe('amount-invalid')
    expect(world.network.posted(MESSAGES)).toHaveLength(isTaken ? 1 : 0)
  })

  it('[THR-04] is weighed anew when money arrived first: it may be too much by then', async () => {
    const world = await billWorld()
    const receipt = {
      ...{ receiptId: 'rc1', amount: euro('140.00'), receivedOn: TODAY },
      ...{ allocations: [{ line: null, amount: euro('140.00') }], overpaid: euro('0.00') },
      outstanding: euro('100.00'),
    }
    world.peer.inbox.push(await world.peer.next(world.thr, 'receipt', receipt))
    const disputed = await world.agent.dispute(world.requestId, {
      ...{ amount: euro('200.00'), reason: REASON },
    })
    expect(disputed).toEqual({ ok: false, error: { code: 'amount-invalid' } })
    expect(kindsOf(world)).toEqual([])
  })
})

describe('a call for help', () => {
  it('[ASS-01] gives no reason', async () => {
    const world = await billWorld()
    expect((await world.agent.requestAssistance(world.requestId)).ok).toBe(true)
    const { payload } = world.peer.taken[0] ?? { payload: {} }
    expect(Object.keys(payload).sort()).toEqual(
      ['aud', 'exp', 'iat', 'iss', 'jti', 'prev', 'requestId', 'seq', 'sub', 'thr', 'ver'].sort(),
    )
  })
})

describe('a cancellation', () => {
  it('[STA-03] is answered with CNCL', async () => {
    const world = await billWorld()
    await world.push(await world.peer.next(world.thr, 'cancel', { reason: { code: 'CUST' } }))
    await world.agent.idle()
    expect(world.peer.taken).toMatchObject([{ kind: 'cancelled', payload: { status: 'CNCL' } }])
    expect(await world.agent.threads()).toMatchObject([{ ending: 'cancelled', inquiry: null }])
  })

  it('[STA-03] is answered with RJCR and PATE when the app knows of a payment', async () => {
    const world = await createAgentWorld({ isPaymentUnderWay: () => true })
    const request = await world.peer.request()
    await world.push(request)
    await world.agent.idle()
    await world.push(await world.peer.next(thrOf(request), 'cancel', { reason: { code: 'CUST' } }))
    await world.agent.idle()
    expect(world.peer.taken.at(-1)).toMatchObject({
      payload: { status: 'RJCR', reason: { code: 'PATE' } },
    })
  })

  it.each([
    ['has come', 150, 'RJCR'],
    ['is still to come', 0, 'CNCL'],
  ])('[STA-03] of a bill at the bank whose day %s', async (_, days, status) => {
    const world = await createBankWorld()
    world.network.serve(BANK_ORIGIN, (request) => world.bank.handle(request))
    await world.agree()
    world.clock.advance(days * 86_400)
    const [thread] = await world.agent.threads()
    const cancel = { reason: { code: 'CUST' } }
    await world.push(await world.peer.next(thread?.thr ?? '', 'cancel', cancel))
    await world.agent.idle()
    expect(world.peer.taken.at(-1)).toMatchObject({ kind: 'cancelled', payload: { status } })
  })

  it('[STA-03] is answered for the place after whatever crossed the answer', async () => {
    const world = await billWorld()
    world.network.faultOf = ({ url }) => (url.endsWith(MESSAGES) ? 'unreachable' : 'none')
    await world.push(await world.peer.next(world.thr, 'cancel', { reason: { code: 'CUST' } }))
    await world.agent.idle()
    const body = { claim: 'cancelled', conversation: 'none', outstanding: euro('0.00') }
    await world.push(await world.peer.next(world.thr, 'status', body))
    world.network.faultOf = () => 'none'
    await world.agent.idle()
    await world.agent.resume()
    expect(world.peer.taken).toMatchObject([{ kind: 'cancelled', payload: { seq: 3 } }])
  })
})

describe('a noted that the creditor gave no place', () => {
  it('[THR-04] makes way for what is said next', async () => {
    const world = await createAgentWorld()
    const { peer, agent } = world
    const [enrolment] = await world.store.enrolments()
    const notice = {
      creditor: {
        id: 'cr1',
        name: 'Stadtwerke Beispiel',
        account: { iban: 'DE02120300000000202051' },
      },
      previousAccount: { iban: 'DE89370400440532013000' },
      effectiveOn: '2026-06-01',
    }
    await world.push(await peer.next(peer.enrolmentThread(), 'account-change', notice))
    await agent.setPreferences(enrolment?.id ?? '', { payDay: 5 })
    expect(peer.taken).toMatchObject([{ kind: 'preference', payload: { seq: 3, payDay: 5 } }])
  })

  it('[THR-04] makes way for what the creditor says next', async () => {
    const world = await createAgentWorld()
    const { peer } = world
    const challenge = () =>
      peer.next(peer.enrolmentThread(), 'challenge', { nonce: 'N'.repeat(32) })
    await world.push(await challenge())
    const response = await world.push(await challenge())
    expect(payloadOf(await response.text())).toMatchObject({ seq: 4 })
  })
})
