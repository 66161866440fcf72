import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { deriveAgreement } from '../../src/protocol/agreement.ts'
import { encodeUtf8 } from '../../src/protocol/encoding.ts'
import { verifyEvidence } from '../../src/protocol/evidence.ts'
import type { EvidenceBundle } from '../../src/protocol/evidence-bundle.ts'
import { evidencePlaceText } from '../../src/protocol/evidence-bundle.ts'
import type { RequestMessage } from '../../src/protocol/generated/messages.ts'
import { signingInputHash } from '../../src/protocol/hash.ts'
import {
  AGENT,
  agentKey,
  agentThread,
  append,
  BANK,
  caseBundle,
  creditorKey,
  EXPORTED_AT,
  faultsOf,
  fromAgent,
  fromBank,
  fromCreditor,
  openThread,
  parties,
  payloadOf,
  REQUEST_ID,
  retiredKey,
  START,
  signAgreement,
  strangerKey,
} from './evidence-fixtures.ts'

let good: EvidenceBundle

beforeAll(async () => {
  good = await caseBundle()
})

/** The bundle with the messages of one of its threads changed. */
function withMessages(
  thread: number,
  change: (messages: string[]) => readonly string[],
): EvidenceBundle {
  const threads = good.threads.map((entry, index) =>
    index === thread ? { ...entry, messages: change([...entry.messages]) } : entry,
  )
  return { ...good, threads }
}

/** Replaces one character of one part of a JWS by another of the alphabet. */
function flip(jws: string, index: number, by = 1): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.'
  const position = alphabet.indexOf(jws.charAt(index))
  const other = alphabet.charAt((position + by) % alphabet.length)
  return jws.slice(0, index) + other + jws.slice(index + 1)
}

/** The same, by a character that leaves the parts as they are. */
const flipInside = (jws: string, index: number) => flip(jws, index, jws[index] === '_' ? 2 : 1)

const firstOf = (jws: string, part: 0 | 1 | 2) => jws.split('.', part).join('.').length + 2

describe('verifyEvidence', () => {
  it('finds no fault in a whole case and counts what it checked', async () => {
    expect(await verifyEvidence(good)).toEqual({
      ok: true,
      checked: { messages: 11, agreements: 1, signatures: 13 },
      faults: [],
      findings: [],
    })
  })

  it('survives a journey through JSON text', async () => {
    expect(await faultsOf(JSON.parse(JSON.stringify(good)))).toEqual([])
  })

  it('[EVI-03] names the message in which one byte of the payload was changed', async () => {
    const bundle = withMessages(1, (messages) =>
      messages.with(3, flipInside(messages[3] ?? '', (messages[3] ?? '').lastIndexOf('.') - 40)),
    )
    const faults = await faultsOf(bundle)
    expect(faults[0]).toMatch(/^(signature|json-\w+|encoding) at thr_q3c 3$/)
    expect(faults).toContain('agreement-answer at agreement 1')
  })

  it('names the message whose signature was changed, and only it', async () => {
    const bundle = withMessages(1, (messages) =>
      messages.with(5, flipInside(messages[5] ?? '', firstOf(messages[5] ?? '', 2) + 3)),
    )
    expect(await faultsOf(bundle)).toEqual(['signature at thr_q3c 5'])
  })

  it('names the gap that a removed message leaves', async () => {
    const bundle = withMessages(1, (messages) => messages.toSpliced(4, 1))
    expect(await faultsOf(bundle)).toEqual(['seq at thr_q3c 4'])
  })

  it('misses the opening message', async () => {
    const bundle = withMessages(1, (messages) => messages.slice(1))
    expect((await faultsOf(bundle))[0]).toBe('seq at thr_q3c 0')
  })

  it('names messages that changed places', async () => {
    const bundle = withMessages(1, (messages) =>
      messages.with(4, messages[5] ?? '').with(5, messages[4] ?? ''),
    )
    expect(await faultsOf(bundle)).toEqual(['seq at thr_q3c 4', 'seq at thr_q3c 5'])
  })

  it('refuses a message that stands in two places', async () => {
    const bundle = withMessages(1, (messages) => [...messages, messages[5] ?? ''])
    expect(await faultsOf(bundle)).toEqual(['seq at thr_q3c 6'])
  })

  it('refuses a thread that is here twice', async () => {
    const [first] = good.threads
    const threads = [...good.threads, ...(first === undefined ? [] : [first])]
    expect(await faultsOf({ ...good, threads })).toEqual(['thr at thr_una', 'jti at thr_una 0'])
  })

  it('refuses messages of another thread', async () => {
    const [open, agent] = good.threads
    const threads = [{ thr: 'thr_renamed_123456789', messages: open?.messages ?? [] }, agent]
    const bundle = { ...good, threads: [...threads, good.threads[2]] }
    expect(await faultsOf(bundle)).toEqual(['thr at thr_ren 0'])
  })
})

describe('verifyEvidence, keys', () => {
  const partiesWith = (index: number, keys: unknown[]) =>
    parties.map((party, at) => (at === index ? { ...party, jwks: { keys } } : party))
  const published = ({ publicJwk, kid }: typeof creditorKey) => ({ ...publicJwk, kid })

  it('refuses every message of a party whose key was replaced', async () => {
    const bundle = { ...good, parties: partiesWith(2, [published(strangerKey)]) }
    const faults = await faultsOf(bundle)
    const thr = good.threads[2]?.thr.slice(0, 7)
    expect(faults).toEqual([`key-unknown at ${thr} 0`, `key-unknown at ${thr} 2`])
  })

  it('refuses a foreign key under the name of the old one', async () => {
    const forged = { ...published(strangerKey), kid: creditorKey.kid }
    const bundle = { ...good, parties: partiesWith(0, [forged, published(retiredKey)]) }
    expect(await faultsOf(bundle)).toContain('key-unknown at thr_q3c 0')
  })

  it('refuses a key that does not bear the name of a party named by its key', async () => {
    const keys = [published(agentKey), published(strangerKey)]
    const bundle = { ...good, parties: partiesWith(1, keys) }
    expect(await faultsOf(bundle)).toEqual([`party at ${AGENT}`])
  })

  it('refuses one key for two parties', async () => {
    const keys = [...(parties[2]?.jwks.keys ?? []), published(creditorKey)]
    expect(await faultsOf({ ...good, parties: partiesWith(2, keys) })).toEqual([`party at ${BANK}`])
  })

  it('refuses a private key in the bundle', async () => {
    const keys = parties[2]?.jwks.keys.map((key) => ({ ...key, d: key.x }))
    expect(await faultsOf({ ...good, parties: partiesWith(2, keys ?? []) })).toContain(
      `key-private at ${BANK}`,
    )
  })

  it('believes a retired key before it retired and not after', async () => {
    const times = (exp: number) => [published(creditorKey), { ...published(retiredKey), exp }]
    expect(await faultsOf({ ...good, parties: partiesWith(0, times(START + 1)) })).toEqual([])
    expect(await faultsOf({ ...good, parties: partiesWith(0, times(START)) })).toEqual([
      'key-retired at thr_una 0',
    ])
  })

  it('does not believe a key for messages older than it', async () => {
    const keys = [{ ...published(creditorKey), nbf: START + 7_201 }, published(retiredKey)]
    expect(await faultsOf({ ...good, parties: partiesWith(0, keys) })).toContain(
      'key-not-yet-valid at thr_q3c 0',
    )
  })

  it('does not believe a key after it was revoked', async () => {
    const revoked = { at: START + 7_200 + 300, reason: 'compromised' }
    const keys = [{ ...published(creditorKey), revoked }, published(retiredKey)]
    const faults = await faultsOf({ ...good, parties: partiesWith(0, keys) })
    expect(faults).toContain('key-revoked at thr_q3c 5')
    expect(faults).not.toContain('key-revoked at thr_q3c 4')
  })
})

describe('verifyEvidence, form', () => {
  const cases: [string, unknown][] = [
    ['nothing', undefined],
    ['an empty object', {}],
    ['an array', []],
    ['no party', { ...base(), parties: [] }],
    ['no thread', { ...base(), threads: [] }],
    ['an empty thread', { ...base(), threads: [{ thr: 'thr_1234567890123456', messages: [] }] }],
    ['another format', { ...base(), format: 'parley-evidence-2' }],
    ['an unknown member', { ...base(), note: 'trust me' }],
    [
      'a thread name for a terminal',
      { ...base(), threads: [{ thr: '\u001b[2J', messages: ['a'] }] },
    ],
    [
      'a party that is no issuer',
      { ...base(), parties: [{ iss: 'x', role: 'bank', jwks: { keys: [] } }] },
    ],
    ['agreements that are texts', { ...base(), agreements: ['a'] }],
  ]

  function base() {
    return {
      format: 'parley-evidence-1',
      paymentRequestId: REQUEST_ID,
      exportedAt: EXPORTED_AT,
      parties,
      threads: [{ thr: 'thr_1234567890123456', messages: ['a'] }],
      agreements: [],
    }
  }

  it.each(cases)('refuses %s', async (_, bundle) => {
    expect(await faultsOf(bundle)).toEqual(['bundle at bundle'])
    expect(await verifyEvidence(bundle)).toMatchObject({ ok: false })
  })

  it('refuses a bundle without a creditor, with two, and a party listed twice', async () => {
    expect(await faultsOf({ ...good, parties: parties.slice(1) })).toContain('party at bundle')
    const second = { iss: 'https://other.example', role: 'creditor', jwks: { keys: [] } }
    expect(await faultsOf({ ...good, parties: [...parties, second] })).toEqual(['party at bundle'])
    const [creditor] = parties
    expect(await faultsOf({ ...good, parties: [...parties, creditor] })).toContain(
      'party at bundle',
    )
  })

  it('refuses a thread with somebody who is not listed', async () => {
    expect(await faultsOf({ ...good, parties: parties.slice(0, 2) })).toContain(
      `iss at ${good.threads[2]?.thr.slice(0, 7)} 0`,
    )
  })

  it('says of texts that are no messages which one it is', async () => {
    expect(await faultsOf(base())).toEqual(['serialization at thr_123 0'])
    expect(await faultsOf(withMessages(1, (messages) => messages.with(5, 'a.b')))).toEqual([
      'serialization at thr_q3c 5',
    ])
  })

  it('describes places in words', () => {
    expect(evidencePlaceText({ thread: 'thr_1', message: 3 })).toBe('thread thr_1, message 3')
    expect(evidencePlaceText({ agreement: 1 })).toBe('agreement 1')
    expect(evidencePlaceText({ party: BANK })).toBe(`party ${BANK}`)
    expect(evidencePlaceText({})).toBe('the bundle')
  })
})

describe('verifyEvidence, what properly signed messages say', () => {
  it.each([
    ['thr', 5, { thr: 'thr_another_123456789' }],
    ['seq', 5, { seq: 7 }],
    ['prev', 5, { prev: 'A'.repeat(43) }],
    ['prev', 0, { prev: 'A'.repeat(43) }],
    ['aud', 5, { aud: BANK }],
    ['sub', 5, { sub: 'deb_9999' }],
    ['request-id', 5, { requestId: 'pr_01JD3Z5T7V9X1B3D5F7H9K1M3Q' }],
    ['schema', 5, { receivedOn: 'yesterday' }],
    ['iat', 5, { iat: EXPORTED_AT + 120, exp: EXPORTED_AT + 240 }],
    ['receipt-sum', 5, { amount: { value: '40.01', currency: 'EUR' } }],
    ['receipt-sum', 5, { overpaid: { value: '6.67', currency: 'EUR' } }],
    ['amount', 5, { overpaid: { value: '6.66', currency: 'USD' } }],
    ['amount', 5, { outstanding: { value: '66.6', currency: 'EUR' } }],
    ['amount', 4, { outstanding: { value: '100.000', currency: 'EUR' } }],
  ])('refuses with %s at message %i', async (code, seq, claims) => {
    expect((await faultsOf(await caseBundle({ seq, claims })))[0]).toBe(`${code} at thr_q3c ${seq}`)
  })

  it('refuses the identity of another message', async () => {
    const { jti } = payloadOf<RequestMessage>(good.threads[1]?.messages[0])
    expect(await faultsOf(await caseBundle({ seq: 5, claims: { jti } }))).toEqual([
      'jti at thr_q3c 5',
    ])
  })

  it('refuses kinds that are not the sender’s', async () => {
    const { thread } = await agentThread()
    const body = { requestId: REQUEST_ID, reason: { code: 'PAID' } }
    const step = { ...fromAgent, kind: 'cancel' as const, at: START + 9_000, body }
    const bundle = { ...good, threads: [await append(thread, step)] }
    expect(await faultsOf(bundle)).toContain('sender at thr_q3c 6')
    const honest = { ...step, ...fromCreditor(AGENT) }
    expect(await faultsOf({ ...good, threads: [await append(thread, honest)] })).not.toContain(
      'sender at thr_q3c 6',
    )
  })

  it('refuses a party that speaks in the thread of others', async () => {
    const { thread } = await agentThread()
    const body = { requestId: REQUEST_ID, reason: { code: 'PAID' } }
    const step = { ...fromBank, kind: 'cancel' as const, at: START + 9_000, body }
    const bundle = { ...good, threads: [await append(thread, step)] }
    expect(await faultsOf(bundle)).toContain('iss at thr_q3c 6')
  })

  it('refuses a thread that does not begin with a request', async () => {
    const thread = { thr: 'thr_opening_123456789', messages: [] }
    const body = { requestId: REQUEST_ID, reason: { code: 'PAID' } }
    const step = { ...fromCreditor(AGENT), kind: 'cancel' as const, at: START + 9_000, body }
    const bundle = { ...good, threads: [...good.threads, await append(thread, step)] }
    expect(await faultsOf(bundle)).toEqual(['opening at thr_ope 0'])
  })
})

describe('verifyEvidence, agreements', () => {
  const withAgreement = (jws: unknown) => ({ ...good, agreements: [jws] })
  const signed = async (changes: object, ...signers: (typeof creditorKey)[]) => {
    const { agreement } = await agentThread()
    const bytes = encodeUtf8(JSON.stringify({ ...agreement, ...changes }))
    return withAgreement(await signAgreement(bytes, ...signers))
  }

  it('misses an agreement that messages speak of', async () => {
    const faults = await faultsOf({ ...good, agreements: [] })
    const bank = good.threads[2]?.thr.slice(0, 7)
    expect(faults).toEqual([
      'agreement-missing at thr_q3c 4',
      ...[0, 1, 2, 3].map((seq) => `agreement-missing at ${bank} ${seq}`),
    ])
  })

  it('refuses an agreement that is here twice', async () => {
    const agreements = [...good.agreements, ...good.agreements]
    expect(await faultsOf({ ...good, agreements })).toEqual(['agreement-twice at agreement 2'])
  })

  it('refuses a changed byte', async () => {
    const [jws] = good.agreements
    const payload = flipInside(jws?.payload ?? '', 60)
    expect((await faultsOf(withAgreement({ ...jws, payload })))[0]).toMatch(/at agreement 1$/)
  })

  it('refuses the signature of the creditor alone, and of a stranger', async () => {
    expect(await faultsOf(await signed({}, creditorKey, agentKey))).toEqual([])
    expect((await faultsOf(await signed({}, creditorKey)))[0]).toBe('signatures at agreement 1')
    expect((await faultsOf(await signed({}, creditorKey, strangerKey)))[0]).toBe(
      'party at agreement 1',
    )
  })

  it.each([
    ['agreement-lines', { total: { value: '100.01', currency: 'EUR' } }],
    ['agreement-bytes', { agreementId: 'B'.repeat(43) }],
    ['agreement-bytes', { remittance: { scheme: 'SCOR', reference: 'RF712348231' } }],
    ['agreement-bytes', { payBy: { bank: 'https://other.example' } }],
    ['agreement-answer', { answer: 'C'.repeat(22) }],
    ['agreement-thread', { thr: 'thr_another_123456789' }],
    ['schema', { lines: [] }],
    ['json-object', undefined],
  ])(
    'refuses with %s what both sides signed but the thread does not say',
    async (code, changes) => {
      const bundle =
        changes === undefined
          ? withAgreement({ payload: 'W10', signatures: [] })
          : await signed(changes, creditorKey, agentKey)
      expect((await faultsOf(bundle))[0]).toBe(`${code} at agreement 1`)
    },
  )

  it('refuses a line amount that both sides signed but the plan does not give', async () => {
    const { agreement } = await agentThread()
    const lines = agreement.lines.map((line, index) => ({
      ...line,
      amount: { value: ['33.33', '33.34', '33.33'][index] ?? '', currency: 'EUR' },
    }))
    const bundle = await signed({ lines }, creditorKey, agentKey)
    expect((await faultsOf(bundle))[0]).toBe('agreement-bytes at agreement 1')
  })

  it.each([
    ['another row than the menu has', { rowId: '4-P1M' }],
    ['a day outside the window', { firstDueDate: '2027-03-01' }],
    ['a menu that was never sent', { menuId: 'v9-9' }],
    ['another plan than it hashed', { planHash: 'D'.repeat(43) }],
  ])('refuses an agreement on %s', async (_, claims) => {
    const faults = await faultsOf(await caseBundle({ seq: 3, claims }))
    expect(faults).toContain('agreement-plan at agreement 1')
  })
})

describe('verifyEvidence, agreements made on the page', () => {
  async function portalCase(plan: object = {}, answer = 'portal-8Jm1vT0pQkq3cXh2Zr5wYg') {
    const thread = await openThread()
    const request = payloadOf<RequestMessage>(thread.messages[0])
    const { bytes } = await deriveAgreement({
      request,
      principal: { minor: 10_000n, currency: 'EUR' },
      plan: {
        instalments: 3,
        interval: 'P1M',
        priceBps: 0,
        firstDueDate: '2027-02-01',
        ...plan,
      },
      answer: {
        jti: answer,
        iat: START + 7_200,
        prev: await signingInputHash(thread.messages[0] ?? ''),
      },
    })
    return { bundle: { ...good, parties, threads: [thread], agreements: [] as unknown[] }, bytes }
  }

  it('needs the creditor’s signature alone', async () => {
    const { bundle, bytes } = await portalCase()
    const agreements = [await signAgreement(bytes, creditorKey)]
    expect(await verifyEvidence({ ...bundle, agreements })).toMatchObject({
      ok: true,
      checked: { messages: 1, agreements: 1, signatures: 2 },
    })
  })

  it('refuses a stranger’s signature, a second one, and a plan outside the menu', async () => {
    const { bundle, bytes } = await portalCase()
    for (const [signers, code] of [
      [[strangerKey], 'party'],
      [[creditorKey, agentKey], 'signatures'],
    ] as const) {
      const agreements = [await signAgreement(bytes, ...signers)]
      expect(await faultsOf({ ...bundle, agreements })).toEqual([`${code} at agreement 1`])
    }
    const late = await portalCase({ firstDueDate: '2027-02-16' })
    const agreements = [await signAgreement(late.bytes, creditorKey)]
    expect(await faultsOf({ ...bundle, agreements })).toEqual(['agreement-plan at agreement 1'])
  })

  it('does not take an agreement without the agent for one made on the page', async () => {
    const { bundle, bytes } = await portalCase({}, 'agent-8Jm1vT0pQkq3cXh2Zr5wYg')
    const agreements = [await signAgreement(bytes, creditorKey)]
    expect(await faultsOf({ ...bundle, agreements })).toEqual(['agreement-thread at agreement 1'])
  })
})

describe('verifyEvidence, any single character', () => {
  it('notices every change of one character of any message', async () => {
    const places = good.threads.flatMap(({ messages }, thread) =>
      messages.map((jws, message) => ({ thread, message, jws })),
    )
    const character = fc
      .constantFrom(...places)
      .chain((place) =>
        fc.tuple(fc.constant(place), fc.nat(place.jws.length - 1), fc.integer({ min: 1, max: 64 })),
      )
    await fc.assert(
      fc.asyncProperty(character, async ([{ thread, message, jws }, index, by]) => {
        const spoilt = withMessages(thread, (messages) =>
          messages.with(message, flip(jws, index, by)),
        )
        const { ok, faults } = await verifyEvidence(spoilt)
        expect(ok).toBe(false)
        const places = faults.map(({ where }) => [where.thread, where.message])
        expect(places).toContainEqual([good.threads[thread]?.thr, message])
      }),
      { numRuns: 400 },
    )
  })

  it('notices every change of one character of an agreement', async () => {
    const text = JSON.stringify(good.agreements)
    const inside = [...text.matchAll(/"(?:payload|protected|signature)":"([^"]+)"/g)].flatMap(
      (match) => {
        const start = match.index + match[0].length - 1 - (match[1]?.length ?? 0)
        return [...(match[1] ?? '')].map((_, offset) => start + offset)
      },
    )
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...inside),
        fc.integer({ min: 1, max: 64 }),
        async (index, by) => {
          const agreements = JSON.parse(flip(text, index, by)) as unknown
          const { ok, faults } = await verifyEvidence({ ...good, agreements })
          expect(ok).toBe(false)
          expect(faults[0]?.where).toEqual({ agreement: 1 })
        },
      ),
      { numRuns: 400 },
    )
  })
})
