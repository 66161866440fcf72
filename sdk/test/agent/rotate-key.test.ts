// Another key of the agent, from its proof to the messages that it signs.
import { describe, expect, it } from 'vitest'
import { jwkThumbprintUri } from '../../src/protocol/index.ts'
import { createAgentWorld } from '../support/agent-world.ts'
import { activeOf, DAY, kindsOf, MESSAGES } from '../support/enrolment-facts.ts'
import { kidOf, payloadOf } from '../support/peek.ts'

describe('another key', () => {
  it('[ENR-06] is proven, noted, and signs from then on under the old name', async () => {
    const world = await createAgentWorld()
    const { agent, peer, agentKey, network } = world
    const { id } = await activeOf(world)
    const rotated = await agent.rotateKey(id)
    expect(rotated).toMatchObject({ ok: true, value: { enrolmentId: id } })
    expect(peer.taken).toMatchObject([{ kind: 'rekey', payload: { iss: agent.issuer } }])
    const overlap = Number(payloadOf(network.posted(MESSAGES)[0]).overlapUntil) - world.clock()
    expect(overlap).toBeGreaterThan(0)
    expect(overlap).toBeLessThanOrEqual(30 * DAY)

    await world.push(await peer.request())
    await agent.idle()
    const accept = network.posted(MESSAGES).at(-1)
    expect(kidOf(accept)).not.toBe(agentKey.kid)
    expect(payloadOf(accept).iss).toBe(jwkThumbprintUri(agentKey.kid))
    expect(await agent.threads()).toMatchObject([{ stage: 'agreed' }])
  })

  it('[ENR-06] is kept before it is named, and found again by the next process', async () => {
    const world = await createAgentWorld()
    const { id } = await activeOf(world)
    world.network.faultOf = ({ url }) => (url.endsWith(MESSAGES) ? 'unreachable' : 'none')
    const first = await world.agent.rotateKey(id)
    const kept = await activeOf(world)
    expect(kept.keys.next).toMatchObject({ d: expect.any(String) })
    expect(kept.keys.current).toBeNull()

    const next = world.restart()
    expect(await next.rotateKey(id)).toEqual(first)
    world.network.faultOf = () => 'none'
    await next.resume()
    const after = await activeOf(world)
    expect(after.keys).toMatchObject({ next: null, current: kept.keys.next })
    expect(kindsOf(world)).toEqual(['rekey'])
  })

  it('[ENR-06] loses no message under way: what was signed before arrives with the old key', async () => {
    const world = await createAgentWorld()
    const { agent, peer, network, agentKey } = world
    const { id } = await activeOf(world)
    network.faultOf = ({ url }) => (url.endsWith(MESSAGES) ? 'lose-reply' : 'none')
    await world.push(await peer.request())
    await agent.idle()
    network.faultOf = () => 'none'
    await agent.rotateKey(id)
    await agent.resume()
    expect(await agent.threads()).toMatchObject([{ stage: 'agreed' }])
    const accepts = network.posted(MESSAGES).filter((jws) => payloadOf(jws).rowId !== undefined)
    expect(new Set(accepts).size).toBe(1)
    expect(kidOf(accepts[0])).toBe(agentKey.kid)
  })

  it('[ENR-06] that the creditor refuses is dropped, and the old one goes on', async () => {
    const world = await createAgentWorld()
    const { id } = await activeOf(world)
    world.peer.behaviour.problem = { status: 403, code: 'peer-not-party' }
    const refused = { ok: false, error: { code: 'peer-refused' } }
    expect(await world.agent.rotateKey(id)).toEqual(refused)
    expect(world.events.at(-1)).toMatchObject({ refusal: { detail: 'peer-not-party' } })
    world.peer.behaviour.problem = null
    expect((await activeOf(world)).keys).toEqual({ current: null, next: null, former: [] })
    await world.agent.setPreferences(id, { payDay: 3 })
    expect(kidOf(world.network.posted(MESSAGES).at(-1))).toBe(world.agentKey.kid)
  })

  it('[ENR-06] follows a key that was rotated in before', async () => {
    const world = await createAgentWorld()
    const { id } = await activeOf(world)
    await world.agent.rotateKey(id)
    const first = (await activeOf(world)).keys.current
    await world.agent.rotateKey(id)
    const { keys } = await activeOf(world)
    expect(keys.former).toMatchObject([{ x: first?.x }])
    expect(keys.former[0]).not.toHaveProperty('d')
  })
})
