import { describe, expect, it } from 'vitest'
import type { Menu } from '../../src/protocol/generated/messages.ts'
import { decodeUtf8, encodeUtf8, peekClaims } from '../../src/protocol/index.ts'
import { createAgentWorld } from '../support/agent-world.ts'
import { MENU, POLICY, ROW } from '../support/fixtures.ts'

const MESSAGES = '/parley/messages'

/** A menu that the household of the fixtures cannot pay: everything at once, before the salary. */
const TOO_EARLY: Menu = {
  ...MENU,
  final: false,
  rows: [{ ...ROW, firstDueFrom: '2026-03-10', firstDueTo: '2026-03-12' }],
}
const SHORT_OF_MONEY = { ...POLICY, buffer: 60_000n }

function kindsOf(messages: readonly string[]): string[] {
  return messages.map((jws) => {
    const peeked = peekClaims(jws)
    return peeked.ok ? peeked.value.header.typ : peeked.error.code
  })
}

function claimsOf(jws: string | undefined): Readonly<Record<string, unknown>> {
  const peeked = peekClaims(jws)
  return peeked.ok ? peeked.value.payload : {}
}

describe('an answer', () => {
  it('leaves after a crash between keeping and sending, byte for byte as it was kept', async () => {
    const { agent, peer, push, network, store, restart } = await createAgentWorld()
    network.faultOf = ({ url }) => (url.endsWith(MESSAGES) ? 'unreachable' : 'none')
    expect((await push(await peer.request())).status).toBe(202)
    await agent.idle()
    const [kept] = await store.threads()
    expect(kept?.stage).toBe('answering')
    expect(network.posted(MESSAGES)).toEqual([])

    network.faultOf = () => 'none'
    const next = restart()
    await next.resume()
    expect(network.posted(MESSAGES)).toEqual([kept?.messages[1]?.jws])
    expect(await next.threads()).toMatchObject([{ stage: 'agreed' }])
    await next.resume()
    expect(network.posted(MESSAGES)).toHaveLength(1)
  })

  it('is sent again with the same bytes after a lost reply and ends in one agreement', async () => {
    const { agent, peer, push, network } = await createAgentWorld()
    network.faultOf = ({ url }) => (url.endsWith(MESSAGES) ? 'lose-reply' : 'none')
    await push(await peer.request())
    await agent.idle()
    network.faultOf = () => 'none'
    await agent.resume()
    const [first, second, ...others] = network.posted(MESSAGES)
    expect(others).toEqual([])
    expect(second).toBe(first)
    expect(peer.agreements).toHaveLength(1)
    expect(await agent.threads()).toMatchObject([{ stage: 'agreed' }])
  })

  it('still fetches its agreement when a receipt overtakes the lost reply', async () => {
    const { agent, peer, push, network } = await createAgentWorld()
    network.faultOf = ({ url }) => (url.endsWith(MESSAGES) ? 'lose-reply' : 'none')
    const request = await peer.request()
    await push(request)
    await agent.idle()
    network.faultOf = () => 'none'
    const money = (value: string) => ({ value, currency: 'EUR' })
    const receipt = await peer.next(String(claimsOf(request).thr), 'receipt', {
      receiptId: 'rc1',
      amount: money('80.00'),
      receivedOn: '2026-03-02',
      allocations: [{ line: 1, amount: money('80.00') }],
      overpaid: money('0.00'),
      outstanding: money('160.00'),
    })
    expect((await push(receipt)).status).toBe(202)
    await agent.resume()
    expect(await agent.threads()).toMatchObject([{ stage: 'agreed', receipts: [{}] }])
  })

  it('that has arrived is not taken back, whatever a later reply says', async () => {
    const { agent, peer, push, network } = await createAgentWorld()
    network.faultOf = ({ url }) => (url.endsWith(MESSAGES) ? 'lose-reply' : 'none')
    const request = await peer.request()
    await push(request)
    await agent.idle()
    network.faultOf = () => 'none'
    const outstanding = { value: '240.00', currency: 'EUR' }
    const body = { claim: 'open', conversation: 'agreed', outstanding }
    peer.behaviour.problem = { status: 410, code: 'expired' }
    await push(await peer.next(String(claimsOf(request).thr), 'status', body))
    await agent.idle()
    for (const code of ['expired', 'plan-invalid']) {
      peer.behaviour.problem = { status: 410, code }
      await agent.resume()
      const [thread] = await agent.threads()
      expect(thread?.messages).toHaveLength(3)
      expect(thread).toMatchObject({ stage: 'answering', answer: { acknowledged: true } })
    }
    peer.behaviour.problem = null
    await agent.resume()
    expect(await agent.threads()).toMatchObject([{ stage: 'agreed' }])
  })

  it('waits while the creditor is out of order or answers with a page', async () => {
    const { agent, peer, push, network, events } = await createAgentWorld()
    network.serve(peer.origin, async (request) =>
      request.url.endsWith(MESSAGES)
        ? new Response('<html>', { status: 200, headers: { 'content-type': 'text/html' } })
        : peer.serve(request),
    )
    await push(await peer.request())
    await agent.idle()
    expect(await agent.threads()).toMatchObject([{ stage: 'answering' }])
    network.serve(peer.origin, async (request) =>
      request.url.endsWith(MESSAGES)
        ? new Response('', { status: 503, headers: { 'retry-after': '120' } })
        : peer.serve(request),
    )
    await agent.resume()
    expect(await agent.threads()).toMatchObject([{ stage: 'answering' }])
    expect(events.at(-1)).toMatchObject({
      type: 'waiting',
      code: 'status-503',
      retryAfterSeconds: 120,
    })
    network.serve(peer.origin, (request) => peer.serve(request))
    await agent.resume()
    expect(await agent.threads()).toMatchObject([{ stage: 'agreed' }])
  })

  it('waits and says so while a clock is wrong, then goes out as it was signed', async () => {
    const world = await createAgentWorld()
    const ahead = world.restart({ clock: () => world.clock() + 600 })
    world.peer.inbox.push(await world.peer.request())
    await ahead.pull()
    await ahead.idle()
    const kept = await world.store.threads()
    expect(kept).toMatchObject([{ stage: 'answering', ending: null, evidence: [] }])
    expect(world.events.at(-1)).toMatchObject({ type: 'waiting', code: 'iat' })
    expect(world.peer.taken).toEqual([])
    world.clock.advance(600)
    await world.restart().resume()
    expect(await world.store.threads()).toMatchObject([
      { stage: 'agreed', messages: kept[0]?.messages },
    ])
    expect(world.peer.agreements).toHaveLength(1)
  })

  it('is signed anew when the creditor had not taken it before it expired', async () => {
    const { agent, peer, push, network, clock } = await createAgentWorld()
    network.faultOf = ({ url }) => (url.endsWith(MESSAGES) ? 'unreachable' : 'none')
    await push(await peer.request())
    await agent.idle()
    clock.advance(3600)
    network.faultOf = () => 'none'
    await agent.resume()
    const [stale, fresh] = network.posted(MESSAGES)
    expect(claimsOf(fresh)).toMatchObject({ seq: 1, prev: claimsOf(stale).prev })
    expect(claimsOf(fresh).jti).not.toBe(claimsOf(stale).jti)
    const [thread] = await agent.threads()
    expect(thread).toMatchObject({
      stage: 'agreed',
      evidence: [{ code: 'expired', message: stale }],
    })
  })

  it('ends the conversation when the creditor refuses it for good', async () => {
    const { agent, peer, push, network, events } = await createAgentWorld()
    peer.behaviour.problem = { status: 422, code: 'plan-invalid' }
    await push(await peer.request())
    await agent.idle()
    await agent.resume()
    expect(network.posted(MESSAGES)).toHaveLength(1)
    expect(await agent.threads()).toMatchObject([{ stage: 'ended', ending: 'answer-refused' }])
    expect(events).toContainEqual(
      expect.objectContaining({
        type: 'refused',
        refusal: { code: 'peer-refused', detail: 'plan-invalid' },
      }),
    )
  })

  it('makes way for a message that crossed it, and is decided again', async () => {
    const { agent, peer, push, network } = await createAgentWorld()
    network.faultOf = ({ url }) => (url.endsWith(MESSAGES) ? 'unreachable' : 'none')
    const request = await peer.request()
    await push(request)
    await agent.idle()
    const status = {
      claim: 'open',
      conversation: 'presented',
      outstanding: { value: '240.00', currency: 'EUR' },
    }
    peer.inbox.push(await peer.next(String(claimsOf(request).thr), 'status', status))
    network.faultOf = () => 'none'
    await agent.resume()
    const [thread] = await agent.threads()
    expect(thread?.messages.map(({ kind }) => kind)).toEqual(['request', 'status', 'accept'])
    expect(thread).toMatchObject({ stage: 'agreed', evidence: [{ code: 'crossed' }] })
    expect(peer.agreements).toHaveLength(1)
  })
})

describe('an agreement', () => {
  it.each([
    ['a later day', (text: string) => text.replace(/"dueDate":"2026-0\d/, '"dueDate":"2026-09')],
    [
      'another amount',
      (text: string) => text.replace('"total":{"value":"240.00"', '"total":{"value":"240.01"'),
    ],
    ['another account', (text: string) => text.replace(/"iban":"DE89/, '"iban":"DE88')],
    ['white space', (text: string) => text.replace('{', '{ ')],
  ])('is refused with %s, kept as proof, and not acted upon', async (_, change) => {
    const { agent, peer, push, network } = await createAgentWorld({
      payBy: { bank: 'https://bank.example' },
    })
    peer.behaviour.tamperAgreement = (bytes) => encodeUtf8(change(decodeUtf8(bytes) ?? ''))
    await push(await peer.request())
    await agent.idle()
    const [thread] = await agent.threads()
    // The agent's signature does not cover the changed bytes, so it is refused before comparing.
    expect(thread).toMatchObject({
      stage: 'answering',
      agreement: null,
      evidence: [{ code: 'signature', message: peer.agreements[0] }],
    })
    expect(network.log.some(({ url }) => url.startsWith('https://bank.example'))).toBe(false)
  })

  it('is refused when a signature is missing', async () => {
    const { agent, peer, push, network } = await createAgentWorld()
    network.serve(peer.origin, async (request) => {
      const response = await peer.serve(request)
      if (!request.url.endsWith(MESSAGES)) return response
      const general = (await response.json()) as { payload: string; signatures: unknown[] }
      const one = { payload: general.payload, signatures: general.signatures.slice(0, 1) }
      const headers = { 'content-type': 'application/jose+json' }
      return new Response(JSON.stringify(one), { headers })
    })
    await push(await peer.request())
    await agent.idle()
    expect(await agent.threads()).toMatchObject([
      { agreement: null, evidence: [{ code: 'signatures' }] },
    ])
    network.serve(peer.origin, (request) => peer.serve(request))
    await agent.resume()
    expect(await agent.threads()).toMatchObject([{ stage: 'agreed' }])
  })
})

describe('an agreement about another bill', () => {
  it('[AGR-05] is refused although both have signed it', async () => {
    const { agent, peer, push, network } = await createAgentWorld()
    await push(await peer.request())
    await agent.idle()
    const [first] = peer.agreements
    network.serve(peer.origin, (request) =>
      request.url.endsWith(MESSAGES)
        ? Promise.resolve(
            new Response(first, { headers: { 'content-type': 'application/jose+json' } }),
          )
        : peer.serve(request),
    )
    await push(await peer.request())
    await agent.idle()
    expect((await agent.threads())[1]).toMatchObject({
      stage: 'answering',
      agreement: null,
      evidence: [{ code: 'agreement-mismatch', message: first }],
    })
  })
})

describe('a menu without a plan that fits', () => {
  it('is met with one counter if it is the last, which the creditor may take', async () => {
    const { agent, peer, push, network } = await createAgentWorld({ policy: SHORT_OF_MONEY })
    await push(await peer.request({ menu: { ...TOO_EARLY, final: true } }))
    await agent.idle()
    expect(kindsOf(network.posted(MESSAGES))).toEqual(['parley-counter+jwt'])
    const [thread] = await agent.threads()
    expect(thread).toMatchObject({ stage: 'agreed', counterMade: true })
    const [first] = thread?.agreement?.lines ?? []
    expect((first?.dueDate ?? '') >= '2026-03-27').toBe(true)
  })

  it('is declined while another may come, and the next menu is decided', async () => {
    const { agent, peer, push, network } = await createAgentWorld({ policy: SHORT_OF_MONEY })
    peer.behaviour.laterMenus = [
      { ...TOO_EARLY, menuId: 'menu-1', tier: 1 },
      { ...MENU, menuId: 'menu-2', tier: 2 },
    ]
    await push(await peer.request({ menu: TOO_EARLY }))
    await agent.idle()
    expect(kindsOf(network.posted(MESSAGES))).toEqual([
      'parley-decline+jwt',
      'parley-decline+jwt',
      'parley-accept+jwt',
    ])
    expect(claimsOf(network.posted(MESSAGES)[1])).toMatchObject({
      menuId: 'menu-1',
      nothingAcceptable: false,
    })
    expect(await agent.threads()).toMatchObject([{ stage: 'agreed' }])
  })

  it('is declined for good when the counter was not taken either', async () => {
    const { agent, peer, push, network } = await createAgentWorld({ policy: SHORT_OF_MONEY })
    peer.behaviour.takeCounters = false
    const last = { ...TOO_EARLY, final: true }
    peer.behaviour.laterMenus = [last]
    await push(await peer.request({ menu: last }))
    await agent.idle()
    expect(kindsOf(network.posted(MESSAGES))).toEqual(['parley-counter+jwt', 'parley-decline+jwt'])
    expect(claimsOf(network.posted(MESSAGES)[1])).toMatchObject({ nothingAcceptable: true })
    expect(await agent.threads()).toMatchObject([{ stage: 'ended', ending: 'impasse' }])
  })

  it('[NEG-09] ends in an impasse when the creditor has nothing more to offer', async () => {
    const { agent, peer, push, network } = await createAgentWorld({
      policy: { ...POLICY, buffer: 10_000_000n },
    })
    await push(await peer.request())
    await agent.idle()
    expect(claimsOf(network.posted(MESSAGES)[0])).toMatchObject({ nothingAcceptable: true })
    expect(await agent.threads()).toMatchObject([{ stage: 'ended', ending: 'impasse' }])
  })

  it('never leads to more answers than the person allows', async () => {
    const { agent, peer, push, network } = await createAgentWorld({
      policy: { ...SHORT_OF_MONEY, maxAnswers: 2 },
    })
    peer.behaviour.takeCounters = false
    peer.behaviour.laterMenus = [
      { ...TOO_EARLY, menuId: 'menu-1' },
      { ...MENU, menuId: 'menu-2' },
    ]
    await push(await peer.request({ menu: TOO_EARLY }))
    await agent.idle()
    expect(network.posted(MESSAGES)).toHaveLength(2)
    expect(await agent.threads()).toMatchObject([{ stage: 'asking' }])
  })
})

describe('a question to the person', () => {
  const policy = { ...POLICY, askAbove: 20_000n }

  it('waits above the amount, and goes on with a yes', async () => {
    const { agent, peer, push, network } = await createAgentWorld({ policy })
    await push(await peer.request())
    await agent.idle()
    await agent.resume()
    expect(network.posted(MESSAGES)).toEqual([])
    const [entry] = await agent.decisions()
    if (entry === undefined) throw new Error('no decision')
    expect(entry.decision).toMatchObject({ kind: 'ask', reason: 'amount' })
    expect(agent.explain(entry.decision)).toMatch(/^I need your yes for this bill of 240\.00 EUR/)

    const chosen = await agent.choose(entry.thread, { kind: 'approve' })
    expect(chosen).toMatchObject({ ok: true, value: { kind: 'accept' } })
    expect(await agent.threads()).toMatchObject([{ stage: 'agreed' }])
  })

  it('does not arise at the amount itself', async () => {
    const { agent, peer, push } = await createAgentWorld({
      policy: { ...POLICY, askAbove: 24_000n },
    })
    await push(await peer.request())
    await agent.idle()
    expect(await agent.threads()).toMatchObject([{ stage: 'agreed' }])
  })

  it('takes the row and the day that the person picks, inside the menu only', async () => {
    const { agent, peer, push, network } = await createAgentWorld({ policy })
    await push(await peer.request())
    await agent.idle()
    const [entry] = await agent.decisions()
    if (entry === undefined) throw new Error('no decision')
    const pick = { kind: 'pick', rowId: 'r1' } as const
    expect(await agent.choose(entry.thread, { ...pick, firstDueDate: '2026-04-21' })).toMatchObject(
      { ok: false, error: { code: 'content-invalid', detail: 'date-outside-window' } },
    )
    expect(await agent.choose(entry.thread, { ...pick, firstDueDate: '2026-04-01' })).toMatchObject(
      {
        ok: true,
        value: { kind: 'accept', plan: { outlook: null } },
      },
    )
    expect(claimsOf(network.posted(MESSAGES)[0])).toMatchObject({
      rowId: 'r1',
      firstDueDate: '2026-04-01',
    })
    expect(await agent.choose(entry.thread, { kind: 'decline' })).toMatchObject({
      ok: false,
      error: { code: 'not-found' },
    })
  })

  it('declines with a no', async () => {
    const { agent, peer, push, network } = await createAgentWorld({ policy })
    await push(await peer.request())
    await agent.idle()
    const [entry] = await agent.decisions()
    if (entry === undefined) throw new Error('no decision')
    await agent.choose(entry.thread, { kind: 'decline' })
    expect(kindsOf(network.posted(MESSAGES))).toEqual(['parley-decline+jwt'])
  })

  it('arises for the reference of a bill that was agreed before', async () => {
    const { agent, peer, push } = await createAgentWorld()
    const remittance = { scheme: 'SCOR', reference: 'RF18539007547034' } as const
    await push(await peer.request({ remittance }))
    await agent.idle()
    await push(await peer.request({ remittance }))
    await agent.idle()
    const [, second] = await agent.decisions()
    expect(second?.decision).toMatchObject({ kind: 'ask', reason: 'possible-duplicate' })
  })
})

describe('[NEG-02] menus without end', () => {
  it('are declined no more after six answers', async () => {
    const { agent, peer, push } = await createAgentWorld({ policy: SHORT_OF_MONEY })
    peer.behaviour.laterMenus = [...new Array(12).keys()].map((number) => ({
      ...TOO_EARLY,
      menuId: `menu-${number + 1}`,
    }))
    await push(await peer.request({ menu: TOO_EARLY }))
    for (let more = 0; more < 3; more++) {
      await agent.idle()
      await agent.resume()
    }
    const [thread] = await agent.threads()
    expect(thread?.messages.filter(({ from }) => from === 'agent')).toHaveLength(6)
    expect(thread?.stage).toBe('quiet')
  })
})
