// Acknowledgements go out in a thread of their own and never hold up a negotiation.
import { describe, expect, it } from 'vitest'
import { sha256Base64Url, signingInputHash } from '../../src/protocol/index.ts'
import { type AgentWorld, createAgentWorld } from '../support/agent-world.ts'
import { POLICY } from '../support/fixtures.ts'
import { payloadOf, thrOf } from '../support/peek.ts'

const MESSAGES = '/parley/messages'
const ASKING = { policy: { ...POLICY, askAbove: 1n }, acknowledge: true }

const acksOf = ({ peer }: AgentWorld) =>
  peer.taken.filter(({ kind }) => kind === 'ack').map(({ payload }) => payload)

describe('an acknowledgement', () => {
  it('[DLV-04] says RCVD for a verified message, in its own thread', async () => {
    const world = await createAgentWorld(ASKING)
    const request = await world.peer.request()
    for (let delivery = 0; delivery < 3; delivery++) await world.push(request)
    await world.agent.idle()
    const thr = await sha256Base64Url(`parley-ack:${thrOf(request)}`)
    const ref = await signingInputHash(request)
    expect(acksOf(world)).toMatchObject([{ status: 'RCVD', ref, thr, seq: 0, prev: null }])
    expect((await world.agent.threads())[0]?.messages).toHaveLength(1)
  })

  it('[DLV-04] says PRES when the person has seen it', async () => {
    const world = await createAgentWorld(ASKING)
    const request = await world.peer.request()
    await world.push(request)
    await world.agent.idle()
    expect(await world.agent.markPresented(String(payloadOf(request).requestId))).toEqual({
      ok: true,
      value: null,
    })
    const ref = await signingInputHash(request)
    expect(acksOf(world)).toMatchObject([
      { status: 'RCVD', seq: 0 },
      { status: 'PRES', seq: 2, ref },
    ])
    expect(await world.agent.markPresented('req_other')).toMatchObject({ ok: false })
  })

  it('[DLV-04] is made for what is pulled, not for what was refused or replied', async () => {
    const policy = { ...POLICY, refuse: true }
    const world = await createAgentWorld({ acknowledge: true, policy })
    const request = await world.peer.request()
    world.peer.inbox.push(request, await world.peer.request({ dueDate: '2026-02-30' }))
    await world.agent.pull()
    expect(acksOf(world)).toMatchObject([{ ref: await signingInputHash(request) }])
    const [thread] = await world.agent.threads()
    expect(thread?.messages.map(({ kind }) => kind)).toEqual(['request', 'decline', 'status'])
  })

  it('[DLV-04] that fails does not hold up the negotiation, and goes out later', async () => {
    const world = await createAgentWorld({ acknowledge: true })
    const isAck = (body: string) => payloadOf(body).status === 'RCVD'
    world.network.faultOf = ({ body }) => (isAck(body) ? 'lose-reply' : 'none')
    await world.push(await world.peer.request())
    await world.agent.idle()
    expect(await world.agent.threads()).toMatchObject([{ stage: 'agreed' }])
    world.network.faultOf = () => 'none'
    await world.restart().resume()
    const posts = world.network.posted(MESSAGES).filter(isAck)
    expect(new Set(posts).size).toBe(1)
    const [thread] = await world.agent.threads()
    expect(thread?.acks).toMatchObject({ owed: [], underWay: null })
    expect(thread?.acks.messages.map(({ kind }) => kind)).toEqual(['ack', 'noted'])
  })

  it('[DLV-04] that the creditor does not take is dropped', async () => {
    const world = await createAgentWorld(ASKING)
    world.peer.behaviour.problem = { status: 401, code: 'typ' }
    await world.push(await world.peer.request())
    await world.agent.idle()
    const [thread] = await world.agent.threads()
    expect(thread).toMatchObject({
      stage: 'asking',
      acks: { messages: [], owed: [], underWay: null },
    })
  })

  it('is left out where the app says so', async () => {
    const world = await createAgentWorld({ ...ASKING, acknowledge: false })
    await world.push(await world.peer.request())
    await world.agent.idle()
    expect(world.network.posted(MESSAGES)).toEqual([])
  })
})
