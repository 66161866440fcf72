// Agreements in a bundle: of an agent, and made on the page.
import { describe, expect, it } from 'vitest'
import { deriveAgreement } from '../../src/protocol/agreement.ts'
import { encodeUtf8 } from '../../src/protocol/encoding.ts'
import { verifyEvidence } from '../../src/protocol/evidence.ts'
import type { RequestMessage } from '../../src/protocol/generated/messages.ts'
import { signingInputHash } from '../../src/protocol/hash.ts'
import {
  agentKey,
  agentThread,
  caseBundle,
  creditorKey,
  faultsOf,
  openThread,
  parties,
  payloadOf,
  START,
  signAgreement,
  strangerKey,
} from './evidence-fixtures.ts'
import { flipInside } from './spoil-evidence.ts'

const good = await caseBundle()

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
