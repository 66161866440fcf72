// An enrolment from the link to its end: the inbox is proven, keys and accounts change, it is revoked.
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { accountStanding, isCoolingOff } from '../../src/agent/pinned-account.ts'
import type { ActiveEnrolment } from '../../src/index.ts'
import { addDays, jwkThumbprintUri, signingInputHash } from '../../src/protocol/index.ts'
import { type AgentWorld, codeOf, createAgentWorld, pushRequest } from '../support/agent-world.ts'
import { LINK_TOKEN } from '../support/creditor-peer.ts'
import { CREDITOR_ORIGIN, IBAN, OTHER_IBAN, TODAY } from '../support/fixtures.ts'
import { kidOf, payloadOf, thrOf } from '../support/peek.ts'

const MESSAGES = '/parley/messages'
const LINK = `${CREDITOR_ORIGIN}/p/${LINK_TOKEN}`
const DAY = 86_400
const CREDITOR = { id: 'cr1', name: 'Stadtwerke Beispiel' }
const NEXT_ACCOUNT = { ...CREDITOR, account: { iban: OTHER_IBAN } }

const kindsOf = ({ peer }: AgentWorld) => peer.taken.map(({ kind }) => kind)

async function activeOf({ store }: AgentWorld): Promise<ActiveEnrolment> {
  const enrolment = (await store.enrolments())[0]
  if (enrolment?.state !== 'active') throw new Error('not enrolled')
  return enrolment
}

describe('the link of a bill', () => {
  it('[LNK-02] shows the request before anything is claimed', async () => {
    const { agent, network, store } = await createAgentWorld({ isEnrolled: false })
    expect(await agent.readLink(LINK)).toMatchObject({
      ok: true,
      value: {
        server: CREDITOR_ORIGIN,
        link: LINK_TOKEN,
        request: { amount: { value: '240.00' }, creditor: CREDITOR, aud: 'urn:parley:anyone' },
        looksLike: null,
      },
    })
    expect(network.log.filter(({ method }) => method === 'POST')).toEqual([])
    expect(await store.enrolments()).toEqual([])
    expect(await agent.threads()).toEqual([])
  })

  it('[ENR-01] enrols with the token in place of a code', async () => {
    const { agent, network } = await createAgentWorld({ isEnrolled: false })
    expect(await agent.enrol({ link: LINK })).toMatchObject({
      ok: true,
      value: { state: 'active' },
    })
    const [enrol] = network.posted('/parley/enrolments')
    expect(payloadOf(enrol)).toMatchObject({ link: LINK_TOKEN, seq: 0 })
    expect(payloadOf(enrol)).not.toHaveProperty('activationCode')
  })

  it('[ENR-03] refuses an enrolment that pins another account than the link showed', async () => {
    const { agent, peer, store } = await createAgentWorld({ isEnrolled: false })
    peer.behaviour.linkMembers = { creditor: NEXT_ACCOUNT }
    expect(await agent.enrol({ link: LINK })).toEqual({ ok: false, error: { code: 'account' } })
    expect((await store.enrolments()).filter(({ state }) => state === 'active')).toEqual([])
  })

  it.each([
    ['another path', `${CREDITOR_ORIGIN}/q/${LINK_TOKEN}`, 'link'],
    ['plain http', `http://creditor.example/p/${LINK_TOKEN}`, 'link'],
    ['a short token', `${CREDITOR_ORIGIN}/p/abc`, 'link'],
    ['no address', 'not a link', 'link'],
    ['a name in it', `https://a@creditor.example/p/${LINK_TOKEN}`, 'link'],
    ['a token that nobody has', `${CREDITOR_ORIGIN}/p/${'M'.repeat(32)}`, 'not-found'],
    ['nobody behind it', `https://nobody.example/p/${LINK_TOKEN}`, 'unreachable'],
  ])('refuses a link with %s', async (_, url, code) => {
    const { agent } = await createAgentWorld({ isEnrolled: false })
    expect(await agent.readLink(url)).toMatchObject({ ok: false, error: { code } })
  })

  it.each([
    ['one debtor', { sub: 'debtor-1' }, 'sub'],
    ['one agent', { aud: 'https://agent.example' }, 'aud'],
    ['another creditor', { iss: 'https://other.example' }, 'iss'],
    ['an amount of nothing', { amount: { value: '0.00', currency: 'EUR' } }, 'content-invalid'],
    ['no amount', { amount: 240 }, 'schema'],
  ])('refuses a request behind it that is for %s', async (_, members, code) => {
    const { agent, peer } = await createAgentWorld({ isEnrolled: false })
    peer.behaviour.linkMembers = members
    expect(await agent.readLink(LINK)).toMatchObject({ ok: false, error: { code } })
  })
})

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

describe('another account', () => {
  const EFFECTIVE = addDays(TODAY, 1)
  const notice = (changes: object = {}) => ({
    ...{ creditor: NEXT_ACCOUNT, previousAccount: { iban: IBAN }, effectiveOn: EFFECTIVE },
    ...changes,
  })

  async function announced(): Promise<AgentWorld & { id: string }> {
    const world = await createAgentWorld()
    const { peer, push } = world
    const jws = await peer.next(peer.enrolmentThread(), 'account-change', notice())
    const response = await push(jws)
    if (response.status !== 200) throw new Error(await response.text())
    await peer.note(peer.enrolmentThread(), await response.text())
    return { ...world, id: (await activeOf(world)).id }
  }

  async function outcomeOf(world: AgentWorld, iban: string): Promise<string> {
    const creditor = { ...CREDITOR, account: { iban } }
    const response = await world.push(await world.peer.request({ creditor }))
    await world.agent.idle()
    if (response.status !== 202) return await codeOf(response)
    const decision = (await world.agent.decisions()).at(-1)?.decision
    return decision?.kind === 'ask' ? decision.reason : String(decision?.kind)
  }

  it('[ENR-07] is shown to the person and not agreed to before the cooling-off is over', async () => {
    const world = await announced()
    expect(world.events).toContainEqual({
      ...{ type: 'account-announced', enrolmentId: world.id, iban: OTHER_IBAN },
      ...{ effectiveOn: EFFECTIVE, coolingOffUntil: world.clock() + 3 * DAY },
    })
    expect(await outcomeOf(world, OTHER_IBAN)).toBe('account')
    expect(await outcomeOf(world, IBAN)).toBe('account-change')
    world.clock.advance(DAY)
    expect(await outcomeOf(world, OTHER_IBAN)).toBe('account-change')
    world.clock.advance(2 * DAY - 1)
    expect(await outcomeOf(world, OTHER_IBAN)).toBe('account-change')
    world.clock.advance(1)
    expect(await outcomeOf(world, OTHER_IBAN)).toBe('accept')
    expect(await outcomeOf(world, IBAN)).toBe('account')
  })

  it('[ENR-07] may be confirmed by the person, but is not named before its day', async () => {
    const world = await announced()
    expect(await world.agent.confirmAccount(world.id, IBAN)).toMatchObject({ ok: false })
    expect(await world.agent.confirmAccount(world.id, OTHER_IBAN)).toEqual({
      ok: true,
      value: null,
    })
    expect(await outcomeOf(world, OTHER_IBAN)).toBe('account')
    expect(await outcomeOf(world, IBAN)).toBe('accept')
    world.clock.advance(DAY)
    expect(await outcomeOf(world, OTHER_IBAN)).toBe('accept')
  })

  it('[ENR-07] cools off for no less than three days, and for more where the person says so', async () => {
    for (const [coolingOffDays, days] of [
      [0, 3],
      [10, 10],
    ]) {
      const world = await createAgentWorld({ coolingOffDays: coolingOffDays ?? 0 })
      const { peer } = world
      await world.push(await peer.next(peer.enrolmentThread(), 'account-change', notice()))
      const { announced: account } = await activeOf(world)
      expect(account?.coolingOffUntil).toBe(world.clock() + (days ?? 0) * DAY)
    }
  })

  it('[ENR-03] that was never announced is refused and reported', async () => {
    const world = await createAgentWorld()
    expect(await outcomeOf(world, OTHER_IBAN)).toBe('account')
    expect(world.events).toContainEqual(
      expect.objectContaining({ type: 'account-changed', iban: OTHER_IBAN }),
    )
  })

  it.each([
    ['another creditor', { creditor: { ...NEXT_ACCOUNT, id: 'cr2' } }, 'content-invalid'],
    ['a former account that was not pinned', { previousAccount: { iban: OTHER_IBAN } }, 'account'],
    ['a day that does not exist', { effectiveOn: '2026-02-30' }, 'content-invalid'],
    [
      'a hidden character',
      { creditor: { ...NEXT_ACCOUNT, name: 'Stadt\u202Ewerke' } },
      'content-invalid',
    ],
    ['no account', { creditor: CREDITOR }, 'schema'],
  ])('is refused with %s', async (_, changes, code) => {
    const world = await createAgentWorld()
    const { peer } = world
    const jws = await peer.next(peer.enrolmentThread(), 'account-change', notice(changes))
    expect(await codeOf(await world.push(jws))).toBe(code)
    expect((await activeOf(world)).announced).toBeNull()
  })

  it('[ENR-07] is never pinned before its day, nor unconfirmed before the cooling-off ends', () => {
    const creditor = { ...CREDITOR, account: { iban: IBAN } }
    const day = fc.integer({ min: 0, max: 20 })
    fc.assert(
      fc.property(day, day, day, fc.boolean(), (effectiveIn, coolingDays, at, isConfirmed) => {
        const times = { noticedAt: 0, coolingOffUntil: coolingDays * DAY, isConfirmed }
        const effectiveOn = addDays(TODAY, effectiveIn)
        const enrolment = { creditor, announced: { creditor: NEXT_ACCOUNT, effectiveOn, ...times } }
        const moment = { today: addDays(TODAY, at), now: at * DAY }
        const standing = accountStanding(enrolment, NEXT_ACCOUNT, moment)
        const mayBeNamed = at >= effectiveIn
        const isPinned = mayBeNamed && (isConfirmed || at >= coolingDays)
        expect(standing).toBe(isPinned ? 'pinned' : mayBeNamed ? 'announced' : 'unknown')
        expect(isCoolingOff(enrolment, moment)).toBe(!isPinned && !isConfirmed)
        const former = accountStanding(enrolment, creditor, moment)
        expect(former).toBe(isPinned ? 'unknown' : 'pinned')
      }),
    )
  })
})

describe('a name that looks like that of a known creditor', () => {
  it('[TXT-03] is flagged at enrolment and asks the person about every bill', async () => {
    const world = await createAgentWorld({ isEnrolled: false })
    const { agent, peer, store, events } = world
    const real: ActiveEnrolment = {
      ...{ state: 'active', id: 'real', version: 1, server: 'https://real.example', sub: 's' },
      creditor: { id: 'x', name: 'STADTWERKE Beispiel', account: { iban: IBAN } },
      ...{
        announced: null,
        pullUrl: 'https://real.example/',
        messagesUrl: 'https://real.example/',
      },
      ...{
        enrolledAt: 0,
        keys: { current: null, next: null, former: [] },
        thr: 't',
        looksLike: null,
      },
      lane: { messages: [], owed: [], underWay: null, isDoubtful: false },
    }
    await store.saveEnrolment(real)
    const enrolled = await agent.enrol({ server: peer.origin, activationCode: 'CODE-1234' })
    expect(enrolled).toMatchObject({ ok: true, value: { looksLike: 'STADTWERKE Beispiel' } })
    expect(events.map(({ type }) => type)).toEqual(['enrolled', 'look-alike'])
    const request = await peer.request()
    await agent.handle(pushRequest(request))
    await agent.idle()
    expect((await agent.decisions())[0]?.decision).toMatchObject({
      kind: 'ask',
      reason: 'look-alike',
    })
    const key = { enrolmentId: enrolled.ok ? enrolled.value.id : '', thr: thrOf(request) }
    expect(await agent.choose(key, { kind: 'approve' })).toMatchObject({ ok: true })
    expect(peer.agreements).toHaveLength(1)
  })
})

const ASKING = {
  buffer: 0n,
  comfortTarget: 0n,
  weights: { comfort: 1, small: 0, soon: 0, cost: 0, payday: 0 },
  askAbove: 1n,
}
