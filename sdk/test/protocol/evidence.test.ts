// A whole case as evidence: its form, its threads, and what properly signed messages say.
import { describe, expect, it } from 'vitest'
import { verifyEvidence } from '../../src/protocol/evidence.ts'
import { evidencePlaceText } from '../../src/protocol/evidence-bundle.ts'
import type { RequestMessage } from '../../src/protocol/generated/messages.ts'
import {
  AGENT,
  agentThread,
  append,
  BANK,
  caseBundle,
  EXPORTED_AT,
  faultsOf,
  fromAgent,
  fromBank,
  fromCreditor,
  parties,
  payloadOf,
  REQUEST_ID,
  START,
} from './evidence-fixtures.ts'
import { firstOf, flipInside, withMessages } from './spoil-evidence.ts'

const good = await caseBundle()

describe('verifyEvidence', () => {
  it('finds no fault in a whole case and counts what it checked', async () => {
    expect(await verifyEvidence(good)).toEqual({
      ok: true,
      checked: { messages: 11, agreements: 1, signatures: 13, erased: 0 },
      faults: [],
      findings: [],
    })
  })

  it('survives a journey through JSON text', async () => {
    expect(await faultsOf(JSON.parse(JSON.stringify(good)))).toEqual([])
  })

  it('[EVI-03] names the message in which one byte of the payload was changed', async () => {
    const bundle = withMessages(good, 1, (messages) =>
      messages.with(3, flipInside(messages[3] ?? '', (messages[3] ?? '').lastIndexOf('.') - 40)),
    )
    const faults = await faultsOf(bundle)
    expect(faults[0]).toMatch(/^(signature|json-\w+|encoding) at thr_q3c 3$/)
    expect(faults).toContain('agreement-answer at agreement 1')
  })

  it('names the message whose signature was changed, and only it', async () => {
    const bundle = withMessages(good, 1, (messages) =>
      messages.with(5, flipInside(messages[5] ?? '', firstOf(messages[5] ?? '', 2) + 3)),
    )
    expect(await faultsOf(bundle)).toEqual(['signature at thr_q3c 5'])
  })

  it('names the gap that a removed message leaves', async () => {
    const bundle = withMessages(good, 1, (messages) => messages.toSpliced(4, 1))
    expect(await faultsOf(bundle)).toEqual(['seq at thr_q3c 4'])
  })

  it('misses the opening message', async () => {
    const bundle = withMessages(good, 1, (messages) => messages.slice(1))
    expect((await faultsOf(bundle))[0]).toBe('seq at thr_q3c 0')
  })

  it('names messages that changed places', async () => {
    const bundle = withMessages(good, 1, (messages) =>
      messages.with(4, messages[5] ?? '').with(5, messages[4] ?? ''),
    )
    expect(await faultsOf(bundle)).toEqual(['seq at thr_q3c 4', 'seq at thr_q3c 5'])
  })

  it('refuses a message that stands in two places', async () => {
    const bundle = withMessages(good, 1, (messages) => [...messages, messages[5] ?? ''])
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
    expect(await faultsOf(withMessages(good, 1, (messages) => messages.with(5, 'a.b')))).toEqual([
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
