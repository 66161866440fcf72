// An enrolment until its end: its inbox is proven, wishes are told, it is revoked.
import { describe, expect, it } from 'vitest'
import { signingInputHash } from '../../src/protocol/index.ts'
import { codeOf, createAgentWorld } from '../support/agent-world.ts'
import { activeOf, kindsOf, MESSAGES, NEXT_ACCOUNT } from '../support/enrolment-facts.ts'
import { CREDITOR_ORIGIN, IBAN, TODAY } from '../support/fixtures.ts'
import { kidOf, payloadOf } from '../support/peek.ts'

const ASKING = {
  buffer: 0n,
  comfortTarget: 0n,
  weights: { comfort: 1, small: 0, soon: 0, cost: 0, payday: 0 },
  askAbove: 1n,
}

describe('a challenge', () => {
  it('[ENR-04] is answered with a signed noted in the HTTP response, the same each time', async () => {
    const world = await createAgentWorld()
    const { peer, push, agentKey } = world
    const challenge = await peer.next(peer.enrolmentThread(), 'challenge', {
      nonce: 'N'.repeat(32),
    })
    const response = await push(challenge)
    const noted = await response.text()
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'application/jose',
    ])
    expect(payloadOf(noted)).toMatchObject({
      ref: await signingInputHash(challenge),
      thr: peer.enrolmentThread(),
      seq: 3,
      prev: await signingInputHash(challenge),
      aud: CREDITOR_ORIGIN,
      sub: 'debtor-pairwise-1',
    })
    expect(kidOf(noted)).toBe(agentKey.kid)
    expect(await (await push(challenge)).text()).toBe(noted)
  })

  it('[ENR-04] is proven by the inbox alone: one that is pulled gets no answer', async () => {
    const world = await createAgentWorld()
    const { peer, agent, push, network } = world
    const challenge = await peer.next(peer.enrolmentThread(), 'challenge', {
      nonce: 'N'.repeat(32),
    })
    peer.inbox.push(challenge)
    expect((await agent.pull()).inboxes).toMatchObject([{ stored: 1, refusals: [] }])
    expect(network.posted(MESSAGES)).toEqual([])
    expect(payloadOf(await (await push(challenge)).text())).toMatchObject({ seq: 3 })
  })

  it.each([
    ['another debtor', { sub: 'someone-else' }, 404, 'enrolment-unknown'],
    ['another thread', { thr: 'T'.repeat(22) }, 404, 'enrolment-unknown'],
    ['a place too far on', { seq: 5 }, 409, 'sequence'],
    ['another message before it', { prev: 'A'.repeat(43) }, 409, 'prev'],
    ['no nonce', { nonce: 7 }, 400, 'schema'],
    ['its time over', { iat: 1_772_000_000, exp: 1_772_000_001 }, 410, 'expired'],
  ])('is refused with %s', async (_, changes, status, code) => {
    const { peer, push } = await createAgentWorld()
    const body = { nonce: 'N'.repeat(32), ...changes }
    const response = await push(await peer.next(peer.enrolmentThread(), 'challenge', body))
    expect([response.status, await codeOf(response)]).toEqual([status, code])
  })
})

describe('wishes', () => {
  it('[ENR-08] are told in the thread of the enrolment, by consent', async () => {
    const world = await createAgentWorld()
    const { id } = await activeOf(world)
    const told = await world.agent.setPreferences(id, { payDay: 27, channel: null })
    expect(told).toEqual({ ok: true, value: null })
    expect(world.peer.taken).toMatchObject([
      { kind: 'preference', payload: { consent: true, payDay: 27, channel: null, seq: 2 } },
    ])
    await world.agent.setPreferences(id, { language: 'de' })
    expect(world.peer.taken[1]).toMatchObject({ payload: { language: 'de', seq: 4 } })
  })

  it('[ENR-08] wait for an outage to end and go out once', async () => {
    const world = await createAgentWorld()
    const { id } = await activeOf(world)
    world.network.faultOf = ({ url }) => (url.endsWith(MESSAGES) ? 'lose-reply' : 'none')
    await world.agent.setPreferences(id, { payDay: 1 })
    world.network.faultOf = () => 'none'
    await world.restart().resume()
    await world.restart().resume()
    expect(kindsOf(world)).toEqual(['preference'])
    const [first, second] = world.network.posted(MESSAGES)
    expect(second).toBe(first)
  })

  it.each([{ payDay: 32 }, { payDay: 0 }, { payDay: 1.5 }, { language: 'german' }])(
    'refuses %j without sending it',
    async (wishes) => {
      const world = await createAgentWorld()
      const { id } = await activeOf(world)
      const told = await world.agent.setPreferences(id, wishes)
      expect(told).toEqual({ ok: false, error: { code: 'content-invalid' } })
      expect(world.network.posted(MESSAGES)).toEqual([])
    },
  )

  it('[THR-04] follow what the creditor said first', async () => {
    const world = await createAgentWorld()
    const { agent, peer } = world
    const { id } = await activeOf(world)
    const body = { creditor: NEXT_ACCOUNT, previousAccount: { iban: IBAN }, effectiveOn: TODAY }
    peer.inbox.push(await peer.next(peer.enrolmentThread(), 'account-change', body))
    await agent.setPreferences(id, { payDay: 27 })
    expect(peer.taken).toMatchObject([
      { kind: 'noted', payload: { seq: 3 } },
      { kind: 'preference', payload: { seq: 4, payDay: 27 } },
    ])
  })
})

describe('the end of an enrolment', () => {
  it('[ENR-05] by the person is told and stops every answer', async () => {
    const world = await createAgentWorld({ policy: { ...ASKING } })
    const { agent, peer, push, events } = world
    const { id } = await activeOf(world)
    await push(await peer.request())
    expect(await agent.revoke(id)).toEqual({ ok: true, value: null })
    expect(kindsOf(world)).toEqual(['revoke'])
    const [thread] = await agent.threads()
    expect(thread).toMatchObject({ stage: 'ended', ending: 'enrolment-ended' })
    expect(events).toContainEqual({ type: 'enrolment-ended', enrolmentId: id, endedBy: 'agent' })
    const late = await push(await peer.request())
    expect([late.status, await codeOf(late)]).toEqual([404, 'enrolment-unknown'])
    const key = { enrolmentId: id, thr: thread?.thr ?? '' }
    expect((await agent.choose(key, { kind: 'approve' })).ok).toBe(false)
    expect((await agent.query(key)).ok).toBe(false)
    expect(await agent.revoke(id)).toEqual({ ok: false, error: { code: 'not-found' } })
  })

  it('[ENR-05] takes effect here at once and is told after an outage', async () => {
    const world = await createAgentWorld()
    const { id } = await activeOf(world)
    world.network.faultOf = () => 'unreachable'
    expect((await world.agent.revoke(id)).ok).toBe(true)
    expect(await world.store.enrolments()).toMatchObject([{ state: 'ended', endedBy: 'agent' }])
    world.network.faultOf = () => 'none'
    await world.restart().resume()
    expect(kindsOf(world)).toEqual(['revoke'])
  })

  it('[ENR-05] by the creditor is noted, the same way each time, and stops every answer', async () => {
    const world = await createAgentWorld({ policy: { ...ASKING } })
    const { agent, peer, push, events } = world
    const { id } = await activeOf(world)
    await push(await peer.request())
    const revoke = await peer.next(peer.enrolmentThread(), 'revoke', { reason: { code: 'MOVE' } })
    const noted = await (await push(revoke)).text()
    expect(payloadOf(noted)).toMatchObject({ ref: await signingInputHash(revoke) })
    expect(await (await push(revoke)).text()).toBe(noted)
    expect(events).toContainEqual({ type: 'enrolment-ended', enrolmentId: id, endedBy: 'creditor' })
    expect(await agent.threads()).toMatchObject([{ stage: 'ended', ending: 'enrolment-ended' }])
    expect((await push(await peer.request())).status).toBe(404)
  })

  it('[ENR-05] that is pulled is noted at the creditor', async () => {
    const world = await createAgentWorld()
    world.peer.inbox.push(await world.peer.next(world.peer.enrolmentThread(), 'revoke', {}))
    await world.agent.pull()
    expect(kindsOf(world)).toEqual(['noted'])
  })

  it('[ENR-05] leaves an agreement in force', async () => {
    const world = await createAgentWorld()
    await world.push(await world.peer.request())
    await world.agent.idle()
    await world.agent.revoke((await activeOf(world)).id)
    expect(await world.agent.threads()).toMatchObject([{ stage: 'agreed' }])
  })
})
