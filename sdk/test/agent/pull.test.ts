import { describe, expect, it } from 'vitest'
import { peekClaims } from '../../src/protocol/index.ts'
import { createAgentWorld } from '../support/agent-world.ts'

const EUR_240 = { value: '240.00', currency: 'EUR' }
const PRESENTED = { claim: 'open', conversation: 'presented', outstanding: EUR_240 }

function thrOf(jws: string): string {
  const peeked = peekClaims(jws)
  return peeked.ok ? String(peeked.value.payload.thr) : ''
}

describe('pulling', () => {
  it('reads the inbox page by page, answers, and remembers its place', async () => {
    const { agent, peer, network, restart } = await createAgentWorld()
    for (let bill = 0; bill < 5; bill++) peer.inbox.push(await peer.request())
    const { inboxes } = await agent.pull()
    expect(inboxes).toMatchObject([{ stored: 5, known: 0, refusals: [], complete: true }])
    expect(peer.agreements).toHaveLength(5)

    const next = restart()
    expect((await next.pull()).inboxes).toMatchObject([{ stored: 0, known: 0, complete: true }])
    const afters = network.log
      .filter(({ url }) => url.includes('/parley/inbox/'))
      .map(({ url }) => new URL(url).searchParams.get('after'))
    expect(afters).toEqual([null, '2', '4', '5', '5'])
  })

  it('has no second effect for what was pushed before', async () => {
    const { agent, peer, push } = await createAgentWorld()
    const request = await peer.request()
    peer.inbox.push(request)
    await push(request)
    await agent.idle()
    expect((await agent.pull()).inboxes).toMatchObject([{ stored: 0, known: 1 }])
    expect(peer.agreements).toHaveLength(1)
  })

  it('passes over a message that nobody will ever believe', async () => {
    const { agent, peer } = await createAgentWorld()
    peer.inbox.push('not.a.jws', await peer.request())
    expect((await agent.pull()).inboxes).toMatchObject([
      { stored: 1, refusals: [{ code: 'encoding' }], complete: true },
    ])
  })

  it('keeps its place while keys cannot be fetched', async () => {
    const { agent, peer, network, clock, store } = await createAgentWorld()
    clock.advance(86_401)
    peer.inbox.push(await peer.request())
    network.faultOf = ({ url }) => (url.endsWith('/.well-known/parley') ? 'unreachable' : 'none')
    expect((await agent.pull()).inboxes).toMatchObject([
      { stored: 0, refusals: [{ code: 'key-unavailable' }], complete: false },
    ])
    const [enrolment] = await store.enrolments()
    expect(await store.cursor(enrolment?.id ?? '')).toBeNull()
    network.faultOf = () => 'none'
    clock.advance(60)
    expect((await agent.pull()).inboxes).toMatchObject([{ stored: 1, complete: true }])
  })

  it('waits once for a message that is missing, then goes on without it', async () => {
    const { agent, peer } = await createAgentWorld()
    const request = await peer.request()
    await peer.next(thrOf(request), 'status', PRESENTED)
    const late = await peer.next(thrOf(request), 'status', PRESENTED)
    peer.inbox.push(request, late)
    const first = await agent.pull()
    expect(first.inboxes).toMatchObject([{ refusals: [{ code: 'sequence' }], complete: false }])
    const second = await agent.pull()
    expect(second.inboxes).toMatchObject([{ refusals: [{ code: 'sequence' }], complete: true }])
  })

  it('keeps a request that expired in the inbox, without an answer, and what follows it', async () => {
    const { agent, peer, clock } = await createAgentWorld()
    const request = await peer.request()
    const cancel = await peer.next(thrOf(request), 'cancel', { reason: { code: 'CUST' } })
    peer.inbox.push(request, cancel)
    clock.advance(7 * 86_400)
    const { inboxes } = await agent.pull()
    expect(inboxes).toMatchObject([{ stored: 1, refusals: [{ code: 'expired' }], complete: true }])
    expect(peer.taken.map(({ kind }) => kind)).toEqual(['cancelled'])
    expect(await agent.threads()).toMatchObject([{ stage: 'ended', ending: 'cancelled' }])
  })

  it('tells when the creditor cannot be reached', async () => {
    const { agent, network } = await createAgentWorld()
    network.faultOf = () => 'unreachable'
    expect((await agent.pull()).inboxes).toMatchObject([
      { refusals: [{ code: 'unreachable' }], complete: false },
    ])
  })

  it('[DLV-02] reads a page with a cursor for each message', async () => {
    const { agent, network, peer, store } = await createAgentWorld()
    const request = await peer.request()
    const pages = [
      { messages: [{ cursor: 'c-1', jws: request }], more: true },
      { messages: [], more: false },
    ]
    const asked: Array<string | null> = []
    network.serve(peer.origin, async (incoming) => {
      if (!incoming.url.includes('/parley/inbox/')) return peer.serve(incoming)
      asked.push(new URL(incoming.url).searchParams.get('after'))
      return Response.json(pages.shift() ?? { messages: [], more: false })
    })
    expect((await agent.pull()).inboxes).toMatchObject([{ stored: 1, complete: true }])
    expect(asked).toEqual([null, 'c-1'])
    const [enrolment] = await store.enrolments()
    expect(await store.cursor(enrolment?.id ?? '')).toBe('c-1')
  })

  const jws = 'a.b.c'
  it.each([
    ['no cursors, but one for all', { messages: [jws], next: '1' }],
    ['no cursors, and nothing waiting', { messages: [], next: null }],
    ['no member more', { messages: [{ cursor: '1', jws }] }],
    ['a message without its cursor', { messages: [{ jws }], more: false }],
    ['a cursor that is none', { messages: [{ cursor: 'a b', jws }], more: false }],
    ['a message that is no text', { messages: [{ cursor: '1', jws: 1 }], more: false }],
  ])('[DLV-02] refuses a page with %s, and keeps its place', async (_title, page) => {
    const { agent, network, peer, store } = await createAgentWorld()
    network.serve(peer.origin, async (incoming) =>
      incoming.url.includes('/parley/inbox/') ? Response.json(page) : peer.serve(incoming),
    )
    expect((await agent.pull()).inboxes).toMatchObject([
      { refusals: [{ code: 'unreachable', detail: 'reply-unexpected' }], complete: false },
    ])
    const [enrolment] = await store.enrolments()
    expect(await store.cursor(enrolment?.id ?? '')).toBeNull()
  })
})
