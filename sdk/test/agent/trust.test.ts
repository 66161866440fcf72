// Creditors that are not pinned: shown and enrolled with when an authority vouches for them, and only
// then. The authorities are real: they sign, the sources verify.
import { describe, expect, it } from 'vitest'
import { createMemoryAgentStore, type TrustSource } from '../../src/index.ts'
import { generateSigningKey } from '../../src/protocol/index.ts'
import { codeOf, createAgentWorld, pushRequest } from '../support/agent-world.ts'
import { LINK_TOKEN } from '../support/creditor-peer.ts'
import { CREDITOR_ORIGIN } from '../support/fixtures.ts'
import {
  CREDITOR_MARK,
  FEDERATION,
  openFederation,
  openSealMaker,
  SEALS,
  type TrustAuthority,
} from '../support/trust-authorities.ts'

const LINK = `${CREDITOR_ORIGIN}/p/${LINK_TOKEN}`
const CODE = { server: CREDITOR_ORIGIN, activationCode: 'CODE-1234' }
const UNTRUSTED = { ok: false, error: { code: 'creditor-untrusted' } }

const stranger = await generateSigningKey('ES256')

/** An agent that has enrolled with nobody and asks the federation. */
async function askingWorld() {
  const world = await createAgentWorld({ isEnrolled: false })
  const federation = await openFederation(world)
  const agent = world.restart({ trust: [federation.source] })
  const enrolled = () => world.network.posted('/parley/enrolments').length
  return { ...world, agent, federation, enrolled }
}

describe('[TRU-03] a creditor with a trust mark', () => {
  it('is shown under the name that the federation gives it, and enrolled with by link', async () => {
    const { agent, federation, clock } = await askingWorld()
    await federation.vouch(CREDITOR_ORIGIN, CREDITOR_MARK)
    expect(await agent.readLink(LINK)).toMatchObject({
      value: {
        trust: {
          ...{ level: 'federation', issuer: CREDITOR_ORIGIN, authority: FEDERATION },
          ...{ name: 'Stadtwerke Beispiel GmbH', until: clock() + 365 * 86_400 },
        },
      },
    })
    expect(await agent.enrol({ link: LINK })).toMatchObject({ ok: true })
  })

  it('is enrolled with by code', async () => {
    const { agent, federation } = await askingWorld()
    await federation.vouch(CREDITOR_ORIGIN, CREDITOR_MARK)
    expect(await agent.enrol(CODE)).toMatchObject({ ok: true, value: { state: 'active' } })
  })

  it('is asked about no more once it is pinned', async () => {
    const { agent, federation } = await askingWorld()
    await federation.vouch(CREDITOR_ORIGIN, CREDITOR_MARK)
    await agent.enrol(CODE)
    await federation.vouch(CREDITOR_ORIGIN, { exp: 1 })
    const { length } = federation.asked
    expect(await agent.readLink(LINK)).toMatchObject({ value: { trust: { level: 'pinned' } } })
    expect(federation.asked).toHaveLength(length)
  })
})

describe('[TRU-03] a creditor is refused and told nothing', () => {
  type Spoil = (federation: TrustAuthority) => Promise<unknown>

  it.each<[string, Spoil]>([
    ['without a mark', async () => {}],
    ['with the mark of another', (one) => one.vouch('https://other.example', CREDITOR_MARK)],
    [
      'with a mark that names another',
      (one) => one.vouch(CREDITOR_ORIGIN, { ...CREDITOR_MARK, sub: 'https://other.example' }),
    ],
    [
      'with a mark that has ended',
      (one) => one.vouch(CREDITOR_ORIGIN, { ...CREDITOR_MARK, exp: 9 }),
    ],
    ['with a mark of another kind', (one) => one.vouch(CREDITOR_ORIGIN)],
    [
      'with a mark that it made itself',
      (one) => one.vouch(CREDITOR_ORIGIN, CREDITOR_MARK, stranger),
    ],
  ])('%s', async (_, spoil) => {
    const { agent, federation, enrolled } = await askingWorld()
    await spoil(federation)
    expect(await agent.readLink(LINK)).toMatchObject({ value: { trust: { level: 'none' } } })
    expect(await agent.enrol({ link: LINK })).toEqual(UNTRUSTED)
    expect(await agent.enrol(CODE)).toEqual(UNTRUSTED)
    expect([enrolled(), await agent.enrolments()]).toEqual([0, []])
    await federation.vouch(CREDITOR_ORIGIN, CREDITOR_MARK)
    expect(await agent.enrol(CODE)).toMatchObject({ ok: true })
  })

  it('while the federation cannot be reached', async () => {
    const { agent, federation, network } = await askingWorld()
    await federation.vouch(CREDITOR_ORIGIN, CREDITOR_MARK)
    network.faultOf = ({ url }) => (url.startsWith(FEDERATION) ? 'unreachable' : 'none')
    expect(await agent.enrol(CODE)).toEqual(UNTRUSTED)
    network.faultOf = () => 'none'
    expect(await agent.enrol(CODE)).toMatchObject({ ok: true })
  })

  it.each([
    ['is about another', { issuer: 'https://other.example' }],
    ['has ended', { until: 0 }],
  ])('when what a source says %s', async (_, changes) => {
    const world = await createAgentWorld({ isEnrolled: false })
    const said = { level: 'federation', name: 'Anyone', authority: FEDERATION } as const
    const saying = (more: object): TrustSource => ({
      statementFor: async ({ issuer }) => ({ ...said, issuer, until: world.clock() + 1, ...more }),
    })
    expect(await world.restart({ trust: [saying(changes)] }).enrol(CODE)).toEqual(UNTRUSTED)
    expect(await world.restart({ trust: [saying({})] }).enrol(CODE)).toMatchObject({ ok: true })
  })
})

describe('[TRU-03] a creditor with a seal', () => {
  it('is believed for the keys that the seal covers, beside a federation that knows nothing', async () => {
    const { network, clock, peerKey, restart, federation } = await askingWorld()
    const seals = await openSealMaker({ network, clock })
    const agent = restart({ trust: [federation.source, seals.source] })
    await seals.vouch(CREDITOR_ORIGIN, { kids: ['A'.repeat(43)] })
    expect(await agent.enrol(CODE)).toEqual(UNTRUSTED)
    await seals.vouch(CREDITOR_ORIGIN, { kids: [peerKey.kid] })
    expect(await agent.readLink(LINK)).toMatchObject({
      value: { trust: { level: 'qualified', authority: SEALS } },
    })
    expect(await agent.enrol(CODE)).toMatchObject({ ok: true })
  })
})

describe('[TRU-04] a trust mark', () => {
  it('is no enrolment: the bill is neither shown nor answered', async () => {
    const world = await createAgentWorld()
    const federation = await openFederation(world)
    await federation.vouch(CREDITOR_ORIGIN, CREDITOR_MARK)
    const store = createMemoryAgentStore()
    const agent = world.restart({ store, trust: [federation.source] })
    const response = await agent.handle(pushRequest(await world.peer.request()))
    expect([response.status, await codeOf(response)]).toEqual([404, 'enrolment-unknown'])
    expect(await agent.threads()).toEqual([])
    expect((await world.push(await world.peer.request())).status).toBe(202)
  })

  it('is no pin: another account than the link showed is refused', async () => {
    const { agent, federation, peer } = await askingWorld()
    await federation.vouch(CREDITOR_ORIGIN, CREDITOR_MARK)
    const account = { iban: 'DE02120300000000202051' }
    peer.behaviour.linkMembers = { creditor: { id: 'cr1', name: 'Stadtwerke Beispiel', account } }
    expect(await agent.enrol({ link: LINK })).toEqual({ ok: false, error: { code: 'account' } })
    expect(await agent.enrol(CODE)).toMatchObject({ ok: true })
  })
})

it('[TRU-01] without a source the enrolment by the person decides', async () => {
  const { agent } = await createAgentWorld({ isEnrolled: false })
  expect(await agent.readLink(LINK)).toMatchObject({ value: { trust: { level: 'none' } } })
  expect(await agent.enrol(CODE)).toMatchObject({ ok: true })
})
