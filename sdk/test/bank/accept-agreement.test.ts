import { describe, expect, it } from 'vitest'
import { createDirectory } from '../../src/peer/directory.ts'
import {
  agreementSignature,
  assembleGeneralJws,
  encodeUtf8,
  fromBase64Url,
  type GeneralJws,
  generateSigningKey,
  toBase64Url,
} from '../../src/protocol/index.ts'
import { codeOf } from '../support/agent-world.ts'
import { agreementPost, createBankWorld, LIMITS } from '../support/bank-world.ts'
import { BANK_ORIGIN, CREDITOR_ORIGIN, OTHER_IBAN } from '../support/fixtures.ts'
import { signedAgreement } from '../support/signed-agreement.ts'

function parse(agreement: string): GeneralJws {
  return JSON.parse(agreement) as GeneralJws
}

function payloadOf({ payload }: GeneralJws): Record<string, unknown> {
  const text = new TextDecoder().decode(fromBase64Url(payload) ?? new Uint8Array())
  return JSON.parse(text) as Record<string, unknown>
}

describe('an agreement at the bank', () => {
  it('is scheduled line by line and kept as proof', async () => {
    const { agree, hand, bank, bankStore } = await createBankWorld()
    const agreement = await agree()
    const response = await hand(agreement)
    expect(response.status).toBe(201)
    const answer = (await response.json()) as { agreementId: string; lines: unknown[] }
    expect(answer.lines).toEqual(
      answer.lines.map((_, index) => ({
        ...{ line: index + 1, state: 'scheduled', code: null },
        executionDay: expect.stringMatching(/^2026-/),
      })),
    )
    expect(await bankStore.agreement(answer.agreementId)).toBe(agreement)
    const customer = await bank.customer('customer-1')
    expect(customer?.agreements).toMatchObject([{ agreementId: answer.agreementId }])
  })

  it('[PAY-21] is handed over by the agent itself, also after an outage of the bank', async () => {
    const { agree, agent, network, bank } = await createBankWorld()
    await agree()
    expect(await agent.threads()).toMatchObject([{ handOver: { state: 'pending' } }])
    network.serve(BANK_ORIGIN, (request) => bank.handle(request))
    await agent.resume()
    expect(await agent.threads()).toMatchObject([{ handOver: { state: 'done' } }])
    await agent.resume()
    expect(network.posted('/parley/agreements')).toHaveLength(1)
  })

  it('[PAY-20] has one effect however often it comes, over two instances', async () => {
    const { agree, hand, bank, restartBank, bankEvents } = await createBankWorld()
    const agreement = await agree()
    const other = restartBank()
    const responses = await Promise.all(
      Array.from({ length: 100 }, (_, index) => hand(agreement, index % 2 === 0 ? bank : other)),
    )
    expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([201]))
    expect((await bank.customer('customer-1'))?.agreements).toHaveLength(1)
    expect(bankEvents.filter(({ type }) => type === 'agreement-accepted')).toHaveLength(1)
  })

  it('[PAY-01] is refused with a missing signature', async () => {
    const { agree, hand } = await createBankWorld()
    const { payload, signatures } = parse(await agree())
    for (const kept of [signatures.slice(0, 1), signatures.slice(1)]) {
      const response = await hand(JSON.stringify({ payload, signatures: kept }))
      expect(['signatures', 'customer-unknown']).toContain(await codeOf(response))
    }
    const agentOnly = await hand(JSON.stringify({ payload, signatures: signatures.slice(1) }))
    expect([agentOnly.status, await codeOf(agentOnly)]).toEqual([401, 'signatures'])
  })

  it('is refused with a signature of somebody else in the place of the creditor', async () => {
    const { agree, hand } = await createBankWorld()
    const general = parse(await agree())
    const bytes = fromBase64Url(general.payload) ?? new Uint8Array()
    const stranger = await generateSigningKey('Ed25519')
    const forged = await agreementSignature(bytes, 'parley-agreement+jwt', stranger)
    const [, agent] = general.signatures
    if (agent === undefined) throw new Error('no signature')
    const response = await hand(JSON.stringify(assembleGeneralJws(bytes, [forged, agent])))
    expect([response.status, await codeOf(response)]).toEqual([401, 'party'])
  })

  it('[PAY-18] is refused for an agent that no customer has registered, without asking anyone', async () => {
    const { agree, hand, network } = await createBankWorld({ isRegistered: false })
    const agreement = await agree()
    const before = network.log.length
    const response = await hand(agreement)
    expect([response.status, await codeOf(response)]).toEqual([404, 'customer-unknown'])
    expect(network.log.length).toBe(before)
  })

  it('[PAY-18] is refused with a wrong signature of its agent, without asking anyone', async () => {
    const { agree, restartBank, network } = await createBankWorld()
    const { payload, signatures } = parse(await agree())
    const [ofCreditor, ofAgent] = signatures
    if (ofCreditor === undefined || ofAgent === undefined) throw new Error('not signed by both')
    const forged = { ...ofAgent, signature: ofCreditor.signature }
    const before = network.log.length
    const response = await restartBank().handle(
      agreementPost(JSON.stringify({ payload, signatures: [ofCreditor, forged] })),
    )
    expect([response.status, await codeOf(response)]).toEqual([401, 'signature'])
    expect(network.log.length).toBe(before)
    const good = JSON.stringify({ payload, signatures })
    expect((await restartBank().handle(agreementPost(good))).status).toBe(201)
    expect(network.log.length).toBe(before + 1)
  })

  it('is refused after the agent key was taken away', async () => {
    const { agree, hand, bank, agentKey } = await createBankWorld()
    const agreement = await agree()
    expect(await bank.removeAgentKey('customer-1', agentKey.kid)).toBe(true)
    expect(await codeOf(await hand(agreement))).toBe('customer-unknown')
  })

  describe('[KEY-02] under a key of the creditor that has ended since', () => {
    const DAY = 86_400

    /** An agreement of today under a key that ends in a minute, and the way to hand it in tomorrow. */
    async function formerKeyWorld(ending: (at: number) => object) {
      const world = await createBankWorld()
      const former = await generateSigningKey('ES256')
      const end = world.clock() + 60
      world.peer.publish({ ...former.publicJwk, kid: former.kid, ...ending(end) })
      const sign = (iat: number) =>
        signedAgreement(
          { ...world, peerKey: former },
          { minor: 1000n, firstDueDate: '2026-03-28', iat },
        )
      return { ...world, sign, end }
    }

    it('is paid when the key retired after it was signed', async () => {
      const { sign, end, clock, hand, bank, passDueDates } = await formerKeyWorld((exp) => ({
        exp,
      }))
      clock.advance(DAY)
      const { text } = await sign(end - 1)
      expect((await hand(text)).status).toBe(201)
      passDueDates()
      expect(await bank.payDue()).toMatchObject([{ state: 'settled', reported: true }])
    })

    it('is refused when it was signed after the key had retired', async () => {
      const { sign, end, clock, hand } = await formerKeyWorld((exp) => ({ exp }))
      clock.advance(DAY)
      const response = await hand((await sign(end)).text)
      expect([response.status, await codeOf(response)]).toEqual([401, 'key-retired'])
    })

    it('is refused when the key was revoked, whatever day it bears', async () => {
      const { sign, end, clock, hand } = await formerKeyWorld((at) => ({ revoked: { at } }))
      clock.advance(DAY)
      const response = await hand((await sign(end - 1)).text)
      expect([response.status, await codeOf(response)]).toEqual([401, 'key-revoked'])
    })

    it('is paid when the bank had it before the key was revoked', async () => {
      const { sign, end, clock, hand, bank, passDueDates } = await formerKeyWorld((at) => ({
        revoked: { at },
      }))
      const { text } = await sign(end - 60)
      expect((await hand(text)).status).toBe(201)
      clock.advance(DAY)
      expect(await codeOf(await hand(text))).toBe('key-revoked')
      passDueDates()
      expect(await bank.payDue()).toMatchObject([{ state: 'settled', reported: true }])
    })
  })

  it.each([
    ['a swapped account', (text: string) => text.replace(/DE89\d+/, OTHER_IBAN)],
    ['another amount', (text: string) => text.replaceAll('"240.00"', '"250.00"')],
    ['white space', (text: string) => text.replace('{', '{ ')],
  ])('is refused with %s under the old signatures', async (_, change) => {
    const { agree, hand } = await createBankWorld()
    const { payload, signatures } = parse(await agree())
    const text = new TextDecoder().decode(fromBase64Url(payload) ?? new Uint8Array())
    expect(change(text)).not.toBe(text)
    const changed = toBase64Url(encodeUtf8(change(text)))
    const response = await hand(JSON.stringify({ payload: changed, signatures }))
    expect([response.status, await codeOf(response)]).toEqual([401, 'signature'])
  })

  it.each([
    [
      'lines that do not sum',
      { total: { value: '240.01', currency: 'EUR' } },
      'agreement-mismatch',
    ],
    ['another id', { agreementId: 'A'.repeat(43) }, 'agreement-mismatch'],
    [
      '[PAY-01] another bank to pay',
      { payBy: { bank: 'https://other.example' } },
      'bank-not-authorised',
    ],
    ['no bank to pay', { payBy: undefined }, 'bank-not-authorised'],
    ['another agent', { aud: 'https://agent.example' }, 'aud'],
    ['a schema fault', { lines: [] }, 'schema'],
    ['[MSG-02] a member that nobody knows', { later: true }, 'schema'],
  ])('is refused with %s although both sign it', async (_, changes, code) => {
    const world = await createBankWorld()
    const general = parse(await world.agree())
    const bytes = encodeUtf8(JSON.stringify({ ...payloadOf(general), ...changes }))
    const sign = (key: typeof world.agentKey) =>
      agreementSignature(bytes, 'parley-agreement+jwt', key)
    const signatures = [await sign(world.peerKey), await sign(world.agentKey)]
    const response = await world.hand(JSON.stringify(assembleGeneralJws(bytes, signatures)))
    expect(await codeOf(response)).toBe(code)
  })

  it.each([
    ['turns the text around it', 'Stadtwerke\u202e leipsieB'],
    ['hides letters', 'Stadt\u200bwerke'],
    ['has a line of its own', 'Stadtwerke\nIBAN DE1'],
  ])('[TXT-01] is refused with a name that %s, so that no screen shows it', async (_, name) => {
    const world = await createBankWorld({ isRegistered: false })
    await world.register({ limits: { ...LIMITS, newCreditor: 'allow' }, mandates: [] })
    const terms = { minor: 1000n, firstDueDate: '2026-03-28' }
    const account = { iban: 'DE89370400440532013000' }
    const { text } = await signedAgreement(world, {
      ...terms,
      creditor: { id: 'cr1', name, account },
    })
    const response = await world.hand(text)
    expect([response.status, await codeOf(response)]).toEqual([422, 'content-invalid'])
    const plain = { id: 'cr1', name: 'Stadtwerke', account }
    const control = await signedAgreement(world, { ...terms, creditor: plain })
    expect((await world.hand(control.text)).status).toBe(201)
  })

  it('is refused for a creditor the customer does not know, if the customer says so', async () => {
    const { agree, hand } = await createBankWorld({ isRegistered: false }).then(async (world) => {
      await world.register({ mandates: [] })
      return world
    })
    const response = await hand(await agree())
    expect([response.status, await codeOf(response)]).toEqual([403, 'creditor-unknown'])
  })

  it('pins the account of a new creditor where the customer allows it', async () => {
    const world = await createBankWorld({ isRegistered: false })
    await world.register({ mandates: [], limits: { ...LIMITS, newCreditor: 'allow' } })
    expect((await world.hand(await world.agree())).status).toBe(201)
    const customer = await world.bank.customer('customer-1')
    expect(customer?.mandates).toMatchObject([{ issuer: CREDITOR_ORIGIN, creditorId: 'cr1' }])
  })

  it('[PAY-19] is refused when the account is not the pinned one', async () => {
    const world = await createBankWorld({ isRegistered: false })
    await world.register({
      mandates: [{ issuer: CREDITOR_ORIGIN, creditorId: 'cr1', iban: OTHER_IBAN }],
    })
    const response = await world.hand(await world.agree())
    expect([response.status, await codeOf(response)]).toEqual([422, 'account-changed'])
  })

  it('is refused in a currency without limits', async () => {
    const world = await createBankWorld({ isRegistered: false })
    await world.register({ limits: { newCreditor: 'refuse', byCurrency: {} } })
    expect(await codeOf(await world.hand(await world.agree()))).toBe('currency')
  })

  describe('about a request that another one is about', () => {
    const TERMS = { minor: 30_000n, firstDueDate: '2026-03-28', requestId: 'req_ONE' }

    async function withFormer() {
      const world = await createBankWorld()
      const former = await signedAgreement(world, { ...TERMS, instalments: 3 })
      expect((await world.hand(former.text)).status).toBe(201)
      const later = { ...TERMS, iat: world.clock() + 1 }
      return { ...world, former, next: await signedAgreement(world, later) }
    }

    it('is refused when it does not follow that one', async () => {
      const world = await withFormer()
      const { text } = await signedAgreement(world, TERMS)
      const response = await world.hand(text)
      expect([response.status, await codeOf(response)]).toEqual([409, 'duplicate-request'])
    })

    it('[PAY-22] takes its place, and the former one is not paid any more', async () => {
      const world = await withFormer()
      world.clock.advance(60)
      expect((await world.hand(world.next.text)).status).toBe(201)
      expect(await codeOf(await world.hand(world.former.text))).toBeUndefined()
      world.passDueDates()
      await world.bank.payDue()
      expect(world.rail.paid).toMatchObject([{ amount: { minor: 30_000n } }])
      const [former] = (await world.bank.customer('customer-1'))?.agreements ?? []
      expect(former?.lines.map(({ code }) => code)).toEqual(Array(3).fill('agreement-superseded'))
    })

    it('waits while a line of the former one is being paid', async () => {
      const world = await withFormer()
      world.rail.behaviour.mode = 'lose'
      world.clock.advance(27 * 86_400)
      await world.bank.payDue()
      const response = await world.hand(world.next.text)
      expect([response.status, await codeOf(response)]).toEqual([409, 'payment-under-way'])
      await world.bank.reconcile()
      expect((await world.hand(world.next.text)).status).toBe(201)
    })

    it('is refused when that one is paid', async () => {
      const world = await withFormer()
      world.peer.behaviour.outstanding = '300.00'
      world.passDueDates()
      await world.bank.payDue()
      expect(world.rail.paid).toHaveLength(3)
      expect(await codeOf(await world.hand(world.next.text))).toBe('duplicate-request')
    })
  })
})

describe('the endpoints of a bank', () => {
  it.each([
    ['a GET', new Request(`${BANK_ORIGIN}/parley/agreements`), 405],
    ['another path', new Request(`${BANK_ORIGIN}/elsewhere`), 404],
    ['no JSON', agreementPost('hello'), 400],
    ['too much', agreementPost(' '.repeat(65_537)), 413],
    [
      'another type',
      new Request(`${BANK_ORIGIN}/parley/agreements`, { method: 'POST', body: '{}' }),
      415,
    ],
  ])('answer %s with a problem', async (_, request, status) => {
    const { bank } = await createBankWorld()
    const response = await bank.handle(request)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(response.status).toBe(status)
  })

  it('publish keys and metadata that others can verify', async () => {
    const { bank, network, clock } = await createBankWorld()
    network.serve(BANK_ORIGIN, (request) => bank.handle(request))
    const directory = createDirectory({ fetch: network.fetch, clock, allowLoopbackHttp: false })
    const metadata = await directory.metadata(BANK_ORIGIN)
    const jwks = await network.fetch(`${BANK_ORIGIN}/.well-known/jwks.json`)
    expect(metadata).toMatchObject({ ok: true, value: { issuer: BANK_ORIGIN } })
    expect(metadata.ok && metadata.value.jwks).toEqual(await jwks.json())
  })
})

describe('the registration of a customer', () => {
  it.each([
    ['an unknown zone', { timeZone: 'Mars/Olympus' }, 'time-zone'],
    ['a key of another kind', { agentJwk: { kty: 'RSA', crv: '', x: '' } }, 'key-invalid'],
    [
      'a negative limit',
      {
        limits: {
          newCreditor: 'refuse' as const,
          byCurrency: { EUR: { perPayment: -1n, perDay: 0n, perMonth: 0n, perCreditorMonth: 0n } },
        },
      },
      'limits',
    ],
    ['the agent of another customer', { customerId: 'customer-2' }, 'key-taken'],
  ])('is refused with %s', async (_, changes, code) => {
    const { register } = await createBankWorld()
    await expect(register(changes)).rejects.toThrow(code)
  })
})
