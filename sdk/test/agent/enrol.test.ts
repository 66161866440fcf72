import { describe, expect, it } from 'vitest'
import { generateSigningKey, peekClaims } from '../../src/protocol/index.ts'
import { createAgentWorld } from '../support/agent-world.ts'
import { createCreditorPeer } from '../support/creditor-peer.ts'
import { IBAN, OTHER_IBAN } from '../support/fixtures.ts'

const ENROLMENTS = '/parley/enrolments'

describe('enrolment', () => {
  it('pins the creditor, its account and its addresses', async () => {
    const { agent, peer, store } = await createAgentWorld({ isEnrolled: false })
    const enrolled = await agent.enrol({ server: peer.origin, activationCode: 'CODE-1234' })
    expect(enrolled).toMatchObject({
      ok: true,
      value: {
        state: 'active',
        server: peer.origin,
        sub: 'debtor-pairwise-1',
        creditor: { id: 'cr1', account: { iban: IBAN } },
        messagesUrl: `${peer.origin}/parley/messages`,
      },
    })
    expect(await store.enrolments()).toHaveLength(1)
  })

  it('[NEG-12] [ENR-02] names the agent by its key and sends nothing but the protocol members', async () => {
    const { agent, peer, network, agentKey } = await createAgentWorld({ isEnrolled: false })
    await agent.enrol({ server: peer.origin, activationCode: 'CODE-1234' })
    const peeked = peekClaims(network.posted(ENROLMENTS)[0])
    expect(agent.issuer).toBe(`urn:ietf:params:oauth:jwk-thumbprint:sha-256:${agentKey.kid}`)
    expect(peeked.ok && peeked.value.payload).toMatchObject({
      iss: agent.issuer,
      seq: 0,
      prev: null,
    })
    expect(Object.keys(peeked.ok ? peeked.value.payload : {}).sort()).toEqual([
      'activationCode',
      'aud',
      'exp',
      'iat',
      'iss',
      'jti',
      'jwk',
      'prev',
      'seq',
      'sub',
      'thr',
      'ver',
    ])
  })

  it('sends the same bytes again after a lost reply and ends enrolled once', async () => {
    const world = await createAgentWorld({ isEnrolled: false })
    const { agent, peer, network, store } = world
    network.faultOf = ({ url }) => (url.endsWith(ENROLMENTS) ? 'lose-reply' : 'none')
    expect(await agent.enrol({ server: peer.origin, activationCode: 'CODE-1234' })).toEqual({
      ok: false,
      error: { code: 'unreachable' },
    })
    expect(await store.enrolments()).toMatchObject([{ state: 'pending' }])

    network.faultOf = () => 'none'
    await world.restart().resume()
    const [first, second, ...others] = network.posted(ENROLMENTS)
    expect(others).toEqual([])
    expect(second).toBe(first)
    expect(await store.enrolments()).toMatchObject([{ state: 'active' }])
  })

  it('refuses the reply to another enrolment', async () => {
    const { agent, peer, network, clock } = await createAgentWorld({ isEnrolled: false })
    let first: string | null = null
    network.serve(peer.origin, async (request) => {
      const response = await peer.serve(request)
      if (!request.url.endsWith(ENROLMENTS)) return response
      first ??= await response.text()
      return new Response(first, { status: 201, headers: { 'content-type': 'application/jose' } })
    })
    expect((await agent.enrol({ server: peer.origin, activationCode: 'CODE-1234' })).ok).toBe(true)
    clock.advance(60)
    expect(await agent.enrol({ server: peer.origin, activationCode: 'CODE-1234' })).toEqual({
      ok: false,
      error: { code: 'sequence' },
    })
  })

  it('refuses what the creditor refuses and keeps nothing', async () => {
    const { agent, peer, store } = await createAgentWorld({ isEnrolled: false })
    expect(await agent.enrol({ server: peer.origin, activationCode: 'CODE-9999' })).toEqual({
      ok: false,
      error: { code: 'peer-refused', detail: 'activation-code-unknown' },
    })
    expect(await store.enrolments()).toEqual([])
  })

  it.each(['http://creditor.example', 'https://creditor.example/path', 'creditor.example'])(
    'refuses %s as a server',
    async (server) => {
      const { agent } = await createAgentWorld({ isEnrolled: false })
      expect(await agent.enrol({ server, activationCode: 'CODE-1234' })).toEqual({
        ok: false,
        error: { code: 'address' },
      })
    },
  )

  it.each(['short', 'CODE 1234 5678', 'CODE-1234'.repeat(9)])(
    'refuses %j as a code, without sending it',
    async (code) => {
      const { agent, peer, network } = await createAgentWorld({ isEnrolled: false })
      expect(await agent.enrol({ server: peer.origin, activationCode: code })).toEqual({
        ok: false,
        error: { code: 'activation-code' },
      })
      expect(network.log).toEqual([])
    },
  )

  it('takes a code in small letters and with blanks around it', async () => {
    const { agent, peer } = await createAgentWorld({ isEnrolled: false })
    expect((await agent.enrol({ server: peer.origin, activationCode: ' code-1234 ' })).ok).toBe(
      true,
    )
  })

  it('[PTY-04] refuses metadata that its own keys have not signed', async () => {
    const { agent, peer, network } = await createAgentWorld({ isEnrolled: false })
    network.serve(peer.origin, async (request) => {
      const response = await peer.serve(request)
      const document = (await response.json()) as { signedMetadata: string }
      const { signedMetadata } = document
      const forged = `${signedMetadata.slice(0, -4)}AAAA`
      return Response.json({ ...document, signedMetadata: forged })
    })
    expect(await agent.enrol({ server: peer.origin, activationCode: 'CODE-1234' })).toEqual({
      ok: false,
      error: { code: 'metadata' },
    })
  })

  it('refuses a second enrolment with another account unless the person agreed to it', async () => {
    const { agent, peer, network, clock, store } = await createAgentWorld()
    const changed = createCreditorPeer({
      key: await generateSigningKey('Ed25519'),
      clock,
      creditor: { id: 'cr1', name: 'Stadtwerke', account: { iban: OTHER_IBAN } },
    })
    network.serve(peer.origin, (request) => changed.serve(request))
    clock.advance(700)
    const refused = await agent.enrol({ server: peer.origin, activationCode: 'CODE-1234' })
    expect(refused).toEqual({ ok: false, error: { code: 'account' } })

    const accepted = await agent.enrol({
      server: peer.origin,
      activationCode: 'CODE-1234',
      acceptNewAccount: true,
    })
    expect(accepted.ok).toBe(true)
    expect(await store.enrolments()).toMatchObject([
      { state: 'active', creditor: { account: { iban: OTHER_IBAN } } },
    ])
  })
})
