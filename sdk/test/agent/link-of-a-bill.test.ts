// From the one link of a bill to an enrolment.
import { describe, expect, it } from 'vitest'
import { createAgentWorld } from '../support/agent-world.ts'
import { LINK_TOKEN } from '../support/creditor-peer.ts'
import { CREDITOR, NEXT_ACCOUNT } from '../support/enrolment-facts.ts'
import { CREDITOR_ORIGIN } from '../support/fixtures.ts'
import { payloadOf } from '../support/peek.ts'

const LINK = `${CREDITOR_ORIGIN}/p/${LINK_TOKEN}`

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
        trust: { level: 'none' },
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
