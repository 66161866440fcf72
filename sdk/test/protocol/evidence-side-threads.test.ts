// Evidence of what stands beside a negotiation: acknowledgements, quotes, revisions, and two messages
// for one place.
import { beforeAll, describe, expect, it } from 'vitest'
import { deriveAgreement } from '../../src/protocol/agreement.ts'
import { verifyEvidence } from '../../src/protocol/evidence.ts'
import type { EvidenceBundle, EvidenceThread } from '../../src/protocol/evidence-bundle.ts'
import { evidencePlaceText } from '../../src/protocol/evidence-bundle.ts'
import type { RequestMessage } from '../../src/protocol/generated/messages.ts'
import { sha256Base64Url, signingInputHash } from '../../src/protocol/hash.ts'
import { generateSigningKey } from '../../src/protocol/keys.ts'
import { planOf } from '../../src/protocol/menu.ts'
import { AGREEMENT_TYP } from '../../src/protocol/messages.ts'
import { agreementSignature, signMessage } from '../../src/protocol/sign.ts'
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
  fromCreditor,
  menu,
  payloadOf,
  REQUEST_ID,
  requestBody,
  START,
  type Step,
  signAgreement,
  strangerKey,
} from './evidence-fixtures.ts'

const forgersKey = await generateSigningKey('Ed25519')

let good: EvidenceBundle

beforeAll(async () => {
  good = await caseBundle()
})

const AT = START + 9_000
const toAgent = fromCreditor(AGENT)
const about = { requestId: REQUEST_ID }
const eur = (value: string) => ({ value, currency: 'EUR' })

/** The bundle with another thread in it. */
const withThread = (thread: EvidenceThread): EvidenceBundle => {
  return { ...good, threads: [...good.threads, thread] }
}

/** The bundle with more said in the conversation. */
async function withMore(...steps: readonly Step[]): Promise<EvidenceBundle> {
  let { thread } = await agentThread()
  for (const step of steps) thread = await append(thread, step)
  return { ...good, threads: good.threads.with(1, thread) }
}

describe('[DLV-04] the thread of acknowledgements', () => {
  async function acks(change: { opening?: Step; ref?: string } = {}): Promise<EvidenceThread> {
    const request = good.threads[1]?.messages[0] ?? ''
    const thr = await sha256Base64Url(`parley-ack:${good.threads[1]?.thr}`)
    const body = { ...about, status: 'RCVD', ref: await signingInputHash(request) }
    const opening = change.opening ?? { kind: 'ack', ...fromAgent, at: AT, body }
    const thread = await append({ thr, messages: [] }, opening)
    const ref = change.ref ?? (await signingInputHash(thread.messages[0] ?? ''))
    return await append(thread, { kind: 'noted', ...toAgent, at: AT, body: { ref } })
  }

  it('opens with an ack, and each is noted', async () => {
    expect(await faultsOf(withThread(await acks()))).toEqual([])
  })

  it('refuses a note about another message', async () => {
    const faults = await faultsOf(withThread(await acks({ ref: 'A'.repeat(43) })))
    expect(faults).toMatchObject([expect.stringMatching(/^noted at .* 1$/)])
  })

  it('holds nothing else, and nothing of it stands in a conversation', async () => {
    const query: Step = { kind: 'query', ...fromAgent, at: AT, body: about }
    const other = await append(await acks(), query)
    expect(await faultsOf(withThread(other))).toMatchObject([
      expect.stringMatching(/^thread-kind at .* 2$/),
    ])
    const ref = 'A'.repeat(43)
    const ack: Step = { kind: 'ack', ...fromAgent, at: AT, body: { ...about, status: 'PRES', ref } }
    expect(await faultsOf(await withMore(ack))).toEqual(['thread-kind at thr_q3c 6'])
  })
})

describe('[STA-02] a quote', () => {
  const quote = (total: string, paid: string): Step => ({
    kind: 'quote',
    ...toAgent,
    at: AT,
    body: {
      ...about,
      revision: 1,
      asOf: '2027-02-01',
      total: eur(total),
      parts: [
        { kind: 'principal', amount: eur('100.00') },
        { kind: 'plan-price', amount: eur('5.00') },
        { kind: 'credit', amount: eur('15.00') },
        { kind: 'paid', amount: eur(paid) },
      ],
      rounding: 'half-even-per-part',
    },
  })
  const query: Step = { kind: 'query', ...fromAgent, at: AT, body: about }

  it('has parts that make its total', async () => {
    expect(await faultsOf(await withMore(query, quote('50.00', '40.00')))).toEqual([])
    expect(await faultsOf(await withMore(query, quote('50.01', '40.00')))).toEqual([
      'parts-sum at thr_q3c 7',
    ])
  })

  it('has amounts of one currency', async () => {
    expect(await faultsOf(await withMore(query, quote('50.00', '40.0')))).toEqual([
      'amount at thr_q3c 7',
    ])
  })
})

describe('[DIS-01] a dispute', () => {
  it('is said by the agent over an exact amount', async () => {
    const dispute = (value: string, from = fromAgent): Step => ({
      kind: 'dispute',
      ...from,
      at: AT,
      body: { ...about, disputed: eur(value), reason: { code: 'price' } },
    })
    expect(await faultsOf(await withMore(dispute('10.00')))).toEqual([])
    expect(await faultsOf(await withMore(dispute('10.0')))).toEqual(['amount at thr_q3c 6'])
    expect(await faultsOf(await withMore(dispute('10.00', toAgent)))).toEqual([
      'sender at thr_q3c 6',
    ])
  })
})

describe('[REV-01] an agreement', () => {
  const menus = [menu('v1-0', '2027-02-15'), menu('r2-v1-0', '2027-02-28')] as const

  /** A request, its revision over 90.00, and an accept of a row of one of the two menus. */
  async function revised(over: string, menuId: string): Promise<EvidenceBundle> {
    let thread: EvidenceThread = { thr: 'thr_revised_123456789', messages: [] }
    const body = { ...requestBody, revision: 2, amount: eur('90.00'), menu: menus[1] }
    thread = await append(thread, { kind: 'request', ...toAgent, at: AT, body: requestBody })
    thread = await append(thread, { kind: 'request', ...toAgent, at: AT + 60, body })
    const request = payloadOf<RequestMessage>(thread.messages[1])
    const principal = { minor: BigInt(over.replace('.', '')), currency: 'EUR' }
    const plan = planOf(menus[0].rows[1] as never, '2027-02-15')
    const jti = 'C'.repeat(22)
    const prev = await signingInputHash(thread.messages[1] ?? '')
    const answer = { jti, iat: AT + 120, prev }
    const { agreement, bytes } = await deriveAgreement({ request, principal, plan, answer })
    const accept = {
      ...about,
      menuId,
      rowId: '3-P1M',
      firstDueDate: '2027-02-15',
      planHash: agreement.planHash,
      agreementSignature: await agreementSignature(bytes, AGREEMENT_TYP, agentKey),
    }
    const step = { kind: 'accept' as const, ...fromAgent, at: AT + 120, body: accept }
    thread = await append(thread, { ...step, claims: { jti } })
    const agreements = [await signAgreement(bytes, creditorKey, agentKey)]
    return { ...good, threads: [thread], agreements }
  }

  it('rests on the newest request before its answer', async () => {
    expect(await faultsOf(await revised('90.00', 'r2-v1-0'))).toEqual([])
    expect(await faultsOf(await revised('100.00', 'r2-v1-0'))).toEqual([
      'agreement-plan at agreement 1',
    ])
  })

  it('rests on no menu of a former one', async () => {
    expect(await faultsOf(await revised('90.00', 'v1-0'))).toEqual([
      'agreement-plan at agreement 1',
    ])
  })
})

describe('[EVI-04] [THR-05] two messages for one place', () => {
  async function second(change: { key?: typeof agentKey; claims?: object } = {}): Promise<string> {
    const accept = payloadOf<Record<string, unknown>>(good.threads[1]?.messages[3])
    const body = { ...about, menuId: 'v1-1', nothingAcceptable: true }
    const { menuId: _, rowId: _r, planHash: _h, agreementSignature: _a, ...claims } = accept
    const payload = { ...claims, jti: 'B'.repeat(22), ...body, ...change.claims }
    return await signMessage('parley-decline+jwt', payload, change.key ?? agentKey)
  }

  it('are a finding against their signer, and no fault', async () => {
    const report = await verifyEvidence({ ...good, equivocations: [await second()] })
    expect(report).toMatchObject({ ok: true, faults: [], checked: { signatures: 14 } })
    expect(report.findings).toMatchObject([
      { code: 'equivocation', signer: AGENT, where: { message: 3 } },
    ])
  })

  it.each([
    ['key-unknown', { key: strangerKey }],
    ['signature', { key: { ...forgersKey, kid: agentKey.kid } }],
    ['iss', { claims: { iss: BANK } }],
    ['thr', { claims: { thr: 'thr_nowhere_12345678' } }],
    ['iat', { claims: { iat: EXPORTED_AT + 120, exp: EXPORTED_AT + 240 } }],
    ['equivocation', { claims: { seq: 4 } }],
    ['equivocation', { claims: { seq: 99 } }],
  ])('are a fault when they prove nothing: %s', async (code, change) => {
    const report = await verifyEvidence({ ...good, equivocations: [await second(change)] })
    expect(report.faults.map((fault) => [fault.code, fault.where])).toEqual([
      [code, { equivocation: 1 }],
    ])
    expect([report.ok, report.findings]).toEqual([false, []])
  })

  it('must be texts', async () => {
    expect(await faultsOf({ ...good, equivocations: [7] })).toEqual(['bundle at bundle'])
    expect(await faultsOf({ ...good, equivocations: [] })).toEqual([])
    expect(evidencePlaceText({ equivocation: 2 })).toBe('equivocation 2')
  })
})
