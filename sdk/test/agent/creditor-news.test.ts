import { describe, expect, it } from 'vitest'
import { peekClaims } from '../../src/protocol/index.ts'
import { type AgentWorld, createAgentWorld } from '../support/agent-world.ts'
import { MENU, POLICY } from '../support/fixtures.ts'

const money = (value: string) => ({ value, currency: 'EUR' })

/** An agent with one agreed bill, and the thread of it. */
async function agreedWorld(): Promise<AgentWorld & { thr: string }> {
  const world = await createAgentWorld()
  const request = await world.peer.request()
  await world.push(request)
  await world.agent.idle()
  return { ...world, thr: thrOf(request) }
}

function thrOf(jws: string): string {
  const peeked = peekClaims(jws)
  return peeked.ok ? String(peeked.value.payload.thr) : ''
}

function receipt(changes: object = {}): object {
  return {
    receiptId: 'rc1',
    amount: money('80.00'),
    receivedOn: '2026-03-27',
    allocations: [{ line: 1, amount: money('80.00') }],
    overpaid: money('0.00'),
    outstanding: money('160.00'),
    ...changes,
  }
}

describe('news from the creditor', () => {
  it('cancels a bill: an agreed conversation ends, a waiting answer is never sent', async () => {
    const { agent, peer, push, thr, events } = await agreedWorld()
    expect((await push(await peer.next(thr, 'cancel', { reason: { code: 'CUST' } }))).status).toBe(
      202,
    )
    expect(await agent.threads()).toMatchObject([
      { stage: 'ended', ending: 'cancelled', claim: 'cancelled' },
    ])
    expect(events.at(-1)).toMatchObject({ type: 'ended', ending: 'cancelled' })
  })

  it('cancels before the answer was sent: the answer is taken back', async () => {
    const { agent, peer, push, network } = await createAgentWorld()
    network.faultOf = ({ url }) => (url.endsWith('/parley/messages') ? 'unreachable' : 'none')
    const request = await peer.request()
    await push(request)
    await agent.idle()
    await push(await peer.next(thrOf(request), 'cancel', { reason: { code: 'CUST' } }))
    network.faultOf = () => 'none'
    await agent.idle()
    await agent.resume()
    expect(peer.taken.map(({ kind }) => kind)).toEqual(['cancelled'])
    expect(await agent.threads()).toMatchObject([
      { stage: 'ended', ending: 'cancelled', evidence: [{ code: 'crossed' }] },
    ])
  })

  it('counts a receipt once, however often it comes', async () => {
    const { agent, peer, push, thr, events } = await agreedWorld()
    const jws = await peer.next(thr, 'receipt', receipt())
    for (let delivery = 0; delivery < 3; delivery++) expect((await push(jws)).status).toBe(202)
    expect(await agent.threads()).toMatchObject([
      { stage: 'agreed', outstanding: money('160.00'), receipts: [{ receiptId: 'rc1' }] },
    ])
    expect(events.filter(({ type }) => type === 'receipt')).toHaveLength(1)
  })

  it('settles a bill with the last receipt', async () => {
    const { agent, peer, push, thr } = await agreedWorld()
    const last = receipt({ amount: money('240.00'), outstanding: money('0.00') })
    await push(await peer.next(thr, 'receipt', last))
    expect(await agent.threads()).toMatchObject([{ stage: 'ended', ending: 'settled' }])
  })

  it.each([
    ['another currency', { outstanding: { value: '160.00', currency: 'USD' } }],
    ['cents that do not exist', { amount: money('80.0') }],
    ['a day that does not exist', { receivedOn: '2026-02-31' }],
  ])('refuses a receipt with %s', async (_, changes) => {
    const { agent, peer, push, thr } = await agreedWorld()
    const response = await push(await peer.next(thr, 'receipt', receipt(changes)))
    expect(response.status).toBe(422)
    expect(await agent.threads()).toMatchObject([{ receipts: [] }])
  })

  it('refuses a message about another request in this conversation', async () => {
    const { peer, push, thr } = await agreedWorld()
    const jws = await peer.next(thr, 'cancel', { reason: { code: 'CUST' }, requestId: 'req_other' })
    expect((await push(jws)).status).toBe(422)
  })

  it.each([
    ['settled', 'settled'],
    ['handed-over', 'handed-over'],
    ['written-off', 'written-off'],
  ])('ends with a final status %s', async (claim, ending) => {
    const { agent, peer, push, thr } = await agreedWorld()
    const body = { claim, conversation: 'agreed', outstanding: money('0.00') }
    await push(await peer.next(thr, 'status', body))
    expect(await agent.threads()).toMatchObject([{ stage: 'ended', ending }])
  })

  it('takes a case over again when a menu follows a time-out', async () => {
    const policy = { ...POLICY, askAbove: 1n }
    const { agent, peer, push } = await createAgentWorld({ policy })
    const request = await peer.request()
    await push(request)
    const thr = thrOf(request)
    const body = { claim: 'open', conversation: 'timed-out', outstanding: money('240.00') }
    await push(await peer.next(thr, 'status', body))
    expect(await agent.threads()).toMatchObject([{ stage: 'ended', ending: 'timed-out' }])
    await push(await peer.next(thr, 'menu', { menu: { ...MENU, menuId: 'menu-1' } }))
    expect(await agent.threads()).toMatchObject([{ stage: 'asking', ending: null }])
  })

  it('asks the person before agreeing to a bill that is paid in part', async () => {
    const policy = { ...POLICY, askAbove: 1n }
    const { agent, peer, push, restart, network } = await createAgentWorld({ policy })
    const request = await peer.request()
    await push(request)
    await push(await peer.next(thrOf(request), 'receipt', receipt()))
    const generous = restart({ policy: POLICY })
    await generous.handle(
      new Request('https://agent.example/inbox', {
        method: 'POST',
        headers: { 'content-type': 'application/jose' },
        body: await peer.next(thrOf(request), 'menu', { menu: { ...MENU, menuId: 'menu-1' } }),
      }),
    )
    await generous.idle()
    expect(network.posted('/parley/messages')).toEqual([])
    expect((await agent.decisions()).at(-1)?.decision).toMatchObject({ reason: 'partly-paid' })
  })
})
