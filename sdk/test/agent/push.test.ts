import { describe, expect, it } from 'vitest'
import { peekClaims } from '../../src/protocol/decode.ts'
import { generateSigningKey, signMessage } from '../../src/protocol/index.ts'
import { codeOf, createAgentWorld, pushRequest } from '../support/agent-world.ts'
import { MENU, OTHER_IBAN, ROW } from '../support/fixtures.ts'

const MESSAGES = '/parley/messages'
const AMOUNT = { value: '240.00', currency: 'EUR' }
const WIDER = { ...ROW, later: true }

function thrOf(jws: string): string {
  const peeked = peekClaims(jws)
  return peeked.ok ? String(peeked.value.payload.thr) : ''
}

function flipped(jws: string): string {
  const last = jws.at(-2) === 'A' ? 'B' : 'A'
  return `${jws.slice(0, -2)}${last}${jws.at(-1)}`
}

describe('a pushed request', () => {
  it('is kept, decided, answered and agreed', async () => {
    const { agent, peer, push, events } = await createAgentWorld()
    const response = await push(await peer.request())
    expect(response.status).toBe(202)
    await agent.idle()
    expect(peer.agreements).toHaveLength(1)
    expect(await agent.threads()).toMatchObject([{ stage: 'agreed', claim: 'open' }])
    expect(events.map(({ type }) => type)).toEqual(['enrolled', 'decided', 'agreed'])
    const [entry] = await agent.decisions()
    expect(entry && agent.explain(entry.decision)).toMatch(/^I agreed to .* above your buffer\.$/)
  })

  it('gets one answer however often it is delivered', async () => {
    const { agent, peer, push, network } = await createAgentWorld()
    const jws = await peer.request()
    const responses = await Promise.all(Array.from({ length: 20 }, () => push(jws)))
    expect(responses.map(({ status }) => status)).toEqual(Array(20).fill(202))
    await agent.idle()
    expect((await push(jws)).status).toBe(202)
    await agent.idle()
    expect(network.posted(MESSAGES)).toHaveLength(1)
    expect(await agent.decisions()).toHaveLength(1)
  })

  it('says nothing about the person on the wire', async () => {
    const cashFlow = {
      currency: 'EUR',
      asOf: '2026-03-02',
      balance: 4_242_421n,
      incomes: [{ dayOfMonth: 27, amount: 3_131_313n, label: 'CANARY-SALARY' }],
      charges: [{ dayOfMonth: 3, amount: 2_121_212n, label: 'CANARY-RENT' }],
      dailySpend: 1_717n,
    }
    const { agent, peer, push, network } = await createAgentWorld({ cashFlow })
    await push(await peer.request())
    await agent.idle()
    const [answer] = network.posted(MESSAGES)
    const peeked = peekClaims(answer)
    const text = JSON.stringify(peeked.ok ? peeked.value.payload : {})
    expect(text).toContain('agreementSignature')
    for (const canary of ['CANARY', '4242421', '42424.21', '31313', '21212', '17.17', 'headroom']) {
      expect(text).not.toContain(canary)
    }
  })

  it('[TRU-02] is refused when the account is not the pinned one, flagged, and never answered', async () => {
    const { agent, peer, push, network, events } = await createAgentWorld()
    const creditor = { id: 'cr1', name: 'Stadtwerke Beispiel', account: { iban: OTHER_IBAN } }
    const jws = await peer.request({ creditor })
    for (const attempt of [1, 2]) {
      const response = await push(jws)
      expect([attempt, response.status, await codeOf(response)]).toEqual([attempt, 422, 'account'])
    }
    await agent.idle()
    await agent.resume()
    expect(network.posted(MESSAGES)).toEqual([])
    expect(await agent.threads()).toMatchObject([{ stage: 'ended', ending: 'account-changed' }])
    expect(events).toContainEqual(
      expect.objectContaining({ type: 'account-changed', iban: OTHER_IBAN }),
    )
  })

  it('is refused after its time and kept without an answer', async () => {
    const { agent, peer, push, network, clock } = await createAgentWorld()
    const jws = await peer.request()
    clock.advance(86_400)
    const response = await push(jws)
    expect(response.status).toBe(410)
    await agent.idle()
    expect(network.posted(MESSAGES)).toEqual([])
    expect(await agent.threads()).toMatchObject([{ stage: 'ended', ending: 'expired' }])
  })

  it.each([
    ['another audience', { aud: 'https://other.example' }, 401, 'aud'],
    ['another debtor', { sub: 'debtor-of-someone-else' }, 404, 'enrolment-unknown'],
    ['a server that is not enrolled', { iss: 'https://other.example' }, 404, 'enrolment-unknown'],
    ['[SIG-14] no sender', { iss: undefined }, 401, 'iss'],
    ['[SIG-14] no debtor', { sub: undefined }, 401, 'sub'],
    ['a time in the future', { iat: 1_772_442_601 }, 401, 'iat'],
    ['[MSG-01] a schema fault', { amount: '240.00' }, 400, 'schema'],
    ['[MSG-02] a member more in the amount', { amount: { ...AMOUNT, later: 1 } }, 400, 'schema'],
    ['[MSG-02] a member more in a row', { menu: { ...MENU, rows: [WIDER] } }, 400, 'schema'],
    ['an amount of zero', { amount: { value: '0.00', currency: 'EUR' } }, 422, 'content-invalid'],
    ['a day that does not exist', { dueDate: '2026-02-30' }, 422, 'content-invalid'],
    ['an unknown zone', { timeZone: 'Mars/Olympus' }, 422, 'content-invalid'],
    ['a first message with a later number', { seq: 3, prev: 'A'.repeat(43) }, 409, 'sequence'],
    ['a first message that follows another', { prev: 'A'.repeat(43) }, 409, 'prev'],
  ] as const)('is refused for %s', async (_, changes, status, code) => {
    const { agent, peer, push } = await createAgentWorld()
    const response = await push(await peer.request(changes as object))
    expect([response.status, await codeOf(response)]).toEqual([status, code])
    expect(await agent.decisions()).toEqual([])
  })

  it('[MSG-02] is decided on as without a member that nobody knows', async () => {
    const { agent, peer, push } = await createAgentWorld()
    const response = await push(await peer.request({ later: { added: true } } as object))
    expect(response.status).toBe(202)
    await agent.idle()
    expect(await agent.threads()).toMatchObject([{ stage: 'agreed' }])
  })

  it('is refused with a hidden character in the creditor name', async () => {
    const { peer, push } = await createAgentWorld()
    const { account } = { account: { iban: 'DE89370400440532013000' } }
    const creditor = { id: 'cr1', name: 'Stadt\u202Ewerke', account }
    expect(await codeOf(await push(await peer.request({ creditor })))).toBe('content-invalid')
  })

  it('is refused when a byte of its signature differs', async () => {
    const { peer, push } = await createAgentWorld()
    const response = await push(flipped(await peer.request()))
    expect([response.status, await codeOf(response)]).toEqual([401, 'signature'])
  })

  it('[TRU-01] is refused when another key signed it, without asking any other address', async () => {
    const { peer, push, network } = await createAgentWorld()
    const peeked = peekClaims(await peer.request())
    const stranger = await generateSigningKey('Ed25519')
    const before = network.log.length
    const payload = peeked.ok ? peeked.value.payload : {}
    const response = await push(await signMessage('parley-request+jwt', payload, stranger))
    expect([response.status, await codeOf(response)]).toEqual([401, 'key-unknown'])
    const asked = network.log.slice(before).map(({ url }) => new URL(url).origin)
    expect(asked.every((origin) => origin === peer.origin)).toBe(true)
  })

  it('stays undelivered while the creditor keys cannot be fetched', async () => {
    const { agent, peer, push, network, clock } = await createAgentWorld()
    clock.advance(86_401)
    const jws = await peer.request()
    network.faultOf = ({ url }) => (url.endsWith('/.well-known/parley') ? 'unreachable' : 'none')
    const response = await push(jws)
    expect([response.status, await codeOf(response)]).toEqual([503, 'key-unavailable'])
    expect(response.headers.get('retry-after')).not.toBeNull()
    network.faultOf = () => 'none'
    clock.advance(60)
    expect((await push(jws)).status).toBe(202)
    await agent.idle()
    expect(peer.agreements).toHaveLength(1)
  })

  it('asks once a minute at most for keys it does not know', async () => {
    const { peer, push, network, clock } = await createAgentWorld()
    const peeked = peekClaims(await peer.request())
    const payload = peeked.ok ? peeked.value.payload : {}
    const stranger = await generateSigningKey('Ed25519')
    const jws = await signMessage('parley-request+jwt', payload, stranger)
    clock.advance(61)
    const before = network.log.length
    for (let attempt = 0; attempt < 10; attempt++) await push(jws)
    expect(network.log.length - before).toBe(1)
  })
})

describe('the order of a conversation', () => {
  it('refuses a gap, and takes the messages in once they come in order', async () => {
    const { agent, peer, push } = await createAgentWorld({ policy: quiet() })
    const request = await peer.request()
    const thr = thrOf(request)
    const first = await peer.next(thr, 'status', statusBody('presented'))
    const second = await peer.next(thr, 'status', statusBody('negotiating'))
    expect((await push(request)).status).toBe(202)
    const gap = await push(second)
    expect([gap.status, await codeOf(gap)]).toEqual([409, 'sequence'])
    expect((await agent.threads())[0]?.messages).toHaveLength(1)
    expect((await push(first)).status).toBe(202)
    expect((await push(second)).status).toBe(202)
    expect((await agent.threads())[0]?.messages).toHaveLength(3)
  })

  it('refuses another message in a taken place and keeps both', async () => {
    const { agent, peer, push } = await createAgentWorld({ policy: quiet() })
    const request = await peer.request()
    const thr = thrOf(request)
    await push(request)
    const taken = await peer.next(thr, 'status', statusBody('presented'))
    await push(taken)
    const peeked = peekClaims(taken)
    const claims = peeked.ok ? peeked.value.payload : {}
    const twin = await peer.next(thr, 'status', statusBody('negotiating'), {
      seq: 1,
      prev: String(claims.prev),
    })
    const response = await push(twin)
    expect([response.status, await codeOf(response)]).toEqual([409, 'equivocation'])
    const [thread] = await agent.threads()
    expect(thread?.messages[1]?.jws).toBe(taken)
    expect(thread?.evidence).toMatchObject([{ code: 'equivocation', message: twin }])
  })

  it('refuses a message id that was used before', async () => {
    const { peer, push } = await createAgentWorld({ policy: quiet() })
    const request = await peer.request()
    const peeked = peekClaims(request)
    await push(request)
    const { thr, jti } = peeked.ok ? peeked.value.payload : {}
    const reused = await peer.next(String(thr), 'status', { ...statusBody('presented'), jti })
    expect(await codeOf(await push(reused))).toBe('equivocation')
  })

  it('refuses a message that follows another one than the last', async () => {
    const { peer, push } = await createAgentWorld({ policy: quiet() })
    const request = await peer.request()
    await push(request)
    const claims = { seq: 1, prev: `${'B'.repeat(42)}A` }
    const forked = await peer.next(thrOf(request), 'status', statusBody('presented'), claims)
    expect(await codeOf(await push(forked))).toBe('prev')
  })
})

describe('the inbox', () => {
  it.each([
    ['GET', new Request('https://agent.example/inbox'), 405, 'method'],
    [
      'JSON',
      new Request('https://agent.example/inbox', {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: '{}',
      }),
      415,
      'media-type',
    ],
    ['too much', pushRequest('A'.repeat(65_537)), 413, 'message-too-large'],
    ['no JWS', pushRequest('hello'), 400, 'serialization'],
    ['nothing', pushRequest(''), 400, 'serialization'],
  ] as const)('answers %s with a problem', async (_, request, status, code) => {
    const { agent } = await createAgentWorld()
    const response = await agent.handle(request)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect([response.status, await codeOf(response)]).toEqual([status, code])
  })

  it('[MSG-03] refuses kinds that only agents and banks send', async () => {
    const { peer, push, agentKey } = await createAgentWorld()
    const peeked = peekClaims(await peer.request())
    const payload = peeked.ok ? peeked.value.payload : {}
    const jws = await signMessage('parley-accept+jwt', payload, agentKey)
    expect(await codeOf(await push(jws))).toBe('typ')
  })
})

function statusBody(conversation: string): object {
  return { claim: 'open', conversation, outstanding: { value: '240.00', currency: 'EUR' } }
}

function quiet() {
  return {
    buffer: 0n,
    comfortTarget: 0n,
    weights: { comfort: 1, small: 0, soon: 0, cost: 0, payday: 0 },
    quiet: true,
  }
}
