// A whole case as its parties would have signed it: an unaddressed request, a negotiation with an
// agent, an agreement, a payment by a bank and a receipt. Each step can be spoilt before signing.

import { deriveAgreement, endToEndId } from '../../src/protocol/agreement.ts'
import { verifyEvidence } from '../../src/protocol/evidence.ts'
import type { EvidenceBundle, EvidenceThread } from '../../src/protocol/evidence-bundle.ts'
import type {
  AcceptMessage,
  Agreement,
  RequestMessage,
} from '../../src/protocol/generated/messages.ts'
import { sha256Base64Url, signingInputHash } from '../../src/protocol/hash.ts'
import { jwkThumbprintUri } from '../../src/protocol/identifiers.ts'
import type { SigningKey } from '../../src/protocol/keys.ts'
import { generateSigningKey } from '../../src/protocol/keys.ts'
import { choosePlan } from '../../src/protocol/menu.ts'
import type { MessageKind } from '../../src/protocol/messages.ts'
import { AGREEMENT_TYP, ANYONE, typOf } from '../../src/protocol/messages.ts'
import { parseAmount } from '../../src/protocol/money.ts'
import { planHash } from '../../src/protocol/plan-schedule.ts'
import type { GeneralJws } from '../../src/protocol/sign.ts'
import { agreementSignature, assembleGeneralJws, signMessage } from '../../src/protocol/sign.ts'

export const START = 1_800_000_000
export const EXPORTED_AT = START + 90 * 86_400
export const CREDITOR = 'https://creditor.example'
export const BANK = 'https://bank.example'
export const REQUEST_ID = 'pr_01JD3Z5T7V9X1B3D5F7H9K1M3P'

export const creditorKey = await generateSigningKey('ES256')
export const retiredKey = await generateSigningKey('ES256')
export const agentKey = await generateSigningKey('Ed25519')
export const bankKey = await generateSigningKey('ES256')
export const strangerKey = await generateSigningKey('ES256')
export const AGENT = jwkThumbprintUri(agentKey.kid)

const RETIRED_AT = START + 3_600
const SUB = 'deb_4711'

export const parties: EvidenceBundle['parties'] = [
  {
    iss: CREDITOR,
    role: 'creditor',
    jwks: {
      keys: [
        { ...creditorKey.publicJwk, kid: creditorKey.kid, nbf: START + 1_800 },
        { ...retiredKey.publicJwk, kid: retiredKey.kid, exp: RETIRED_AT },
      ],
    },
  },
  { iss: AGENT, role: 'agent', jwks: { keys: [{ ...agentKey.publicJwk, kid: agentKey.kid }] } },
  { iss: BANK, role: 'bank', jwks: { keys: [{ ...bankKey.publicJwk, kid: bankKey.kid }] } },
]

/** What is said in one step of a thread; `claims` overrule what an honest sender would write. */
export interface Step {
  readonly kind: MessageKind
  readonly from: string
  readonly to: string
  readonly key: SigningKey
  readonly at: number
  readonly body: object
  readonly claims?: Record<string, unknown>
}

/** Signs a message that follows the others of its thread. */
export async function append(thread: EvidenceThread, step: Step): Promise<EvidenceThread> {
  const seq = thread.messages.length
  const last = thread.messages.at(-1)
  const payload = {
    ver: '1.0',
    iss: step.from,
    aud: step.to,
    sub: SUB,
    jti: await jtiOf(thread.thr, seq),
    iat: step.at,
    exp: step.at + 86_400,
    thr: thread.thr,
    seq,
    prev: last === undefined ? null : await signingInputHash(last),
    ...step.body,
    ...step.claims,
  }
  const jws = await signMessage(typOf(step.kind), payload, step.key)
  return { thr: thread.thr, messages: [...thread.messages, jws] }
}

const jtiOf = async (thr: string, seq: number) =>
  (await sha256Base64Url(`${thr} ${seq}`)).slice(0, 22)

export function menu(menuId: string, lastDay: string) {
  const window = { priceBps: 0, firstDueFrom: '2027-01-16', firstDueTo: lastDay }
  return {
    menuId,
    tier: 0,
    final: true,
    policyVersion: 1,
    policyHash: 'A'.repeat(43),
    rows: [
      { rowId: '1', instalments: 1, interval: null, ...window },
      { rowId: '3-P1M', instalments: 3, interval: 'P1M' as const, ...window },
    ],
  }
}

export const requestBody = {
  requestId: REQUEST_ID,
  revision: 1,
  creditor: { id: 'cr_1', name: 'Stadsenergie', account: { iban: 'NL91ABNA0417164300' } },
  amount: { value: '100.00', currency: 'EUR' },
  dueDate: '2027-01-30',
  timeZone: 'Europe/Amsterdam',
  remittance: { scheme: 'SCOR' as const, reference: 'RF18539007547034' },
  dunning: { level: 0, respondBy: START + 86_400, nextStep: 'human-channel' as const },
  menu: menu('v1-0', '2027-02-15'),
}

export const fromCreditor = (to: string) => ({ from: CREDITOR, to, key: creditorKey })
export const fromAgent = { from: AGENT, to: CREDITOR, key: agentKey }
export const fromBank = { from: BANK, to: CREDITOR, key: bankKey }

/** Reads the payload of a message that this file made. */
export function payloadOf<T>(jws: string | undefined): T {
  const [, payload = ''] = (jws ?? '').split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as T
}

export interface Spoil {
  /** Claims put into message `seq` of the agent's thread before it is signed. */
  readonly seq?: number
  readonly claims?: Record<string, unknown>
}

/** The thread between creditor and agent: request, decline, menu, accept, status, receipt. */
export async function agentThread({ seq, claims = {} }: Spoil = {}): Promise<{
  thread: EvidenceThread
  agreement: Agreement
  agreementBytes: Uint8Array
}> {
  let thread: EvidenceThread = { thr: 'thr_q3cXh2Zr5wYg8Jm1vT0pQk', messages: [] }
  const add = async (step: Omit<Step, 'at' | 'claims'>) => {
    const position = thread.messages.length
    const at = START + 7_200 + position * 60
    thread = await append(thread, { ...step, at, claims: position === seq ? claims : {} })
  }
  const toAgent = fromCreditor(AGENT)
  const about = { requestId: REQUEST_ID }
  await add({ kind: 'request', ...toAgent, body: requestBody })
  await add({
    kind: 'decline',
    ...fromAgent,
    body: { ...about, menuId: 'v1-0', nothingAcceptable: false },
  })
  await add({ kind: 'menu', ...toAgent, body: { ...about, menu: menu('v1-1', '2027-02-28') } })
  const draft = await draftAgreement(thread, START + 7_200 + 180)
  await add({ kind: 'accept', ...fromAgent, body: draft.accept })
  const { agreementId } = draft.agreement
  const hundred = { value: '100.00', currency: 'EUR' }
  await add({
    kind: 'status',
    ...toAgent,
    body: { ...about, claim: 'open', conversation: 'agreed', outstanding: hundred, agreementId },
  })
  await add({
    kind: 'receipt',
    ...toAgent,
    body: {
      ...about,
      receiptId: 'rc_1',
      amount: { value: '40.00', currency: 'EUR' },
      receivedOn: '2027-02-28',
      allocations: [{ line: 1, amount: { value: '33.34', currency: 'EUR' } }],
      overpaid: { value: '6.66', currency: 'EUR' },
      outstanding: { value: '66.66', currency: 'EUR' },
    },
  })
  return { thread, agreement: draft.agreement, agreementBytes: draft.bytes }
}

async function draftAgreement(thread: EvidenceThread, iat: number) {
  const request = payloadOf<RequestMessage>(thread.messages[0])
  const principal = parseAmount(request.amount)
  const plan = choosePlan(menu('v1-1', '2027-02-28'), '3-P1M', '2027-02-28')
  if (!principal.ok || !plan.ok) throw new Error('the fixture is wrong')
  const answer = {
    jti: await jtiOf(thread.thr, thread.messages.length),
    iat,
    prev: await signingInputHash(thread.messages.at(-1) ?? ''),
    payBy: { bank: BANK },
  }
  const { agreement, bytes } = await deriveAgreement({
    request,
    principal: principal.value,
    plan: plan.value,
    answer,
  })
  const accept: Omit<
    AcceptMessage,
    'ver' | 'iss' | 'aud' | 'sub' | 'jti' | 'iat' | 'exp' | 'thr' | 'seq' | 'prev'
  > = {
    requestId: REQUEST_ID,
    menuId: 'v1-1',
    rowId: '3-P1M',
    firstDueDate: '2027-02-28',
    planHash: await planHash(principal.value, plan.value),
    payBy: answer.payBy,
    agreementSignature: await agreementSignature(bytes, AGREEMENT_TYP, agentKey),
  }
  return { agreement, bytes, accept }
}

/** Joins the signatures of the given keys over the same bytes. */
export async function signAgreement(
  bytes: Uint8Array,
  ...signers: readonly SigningKey[]
): Promise<GeneralJws> {
  const signatures = await Promise.all(
    signers.map((key) => agreementSignature(bytes, AGREEMENT_TYP, key)),
  )
  return assembleGeneralJws(bytes, signatures)
}

async function bankThread({ agreementId }: Agreement): Promise<EvidenceThread> {
  let thread: EvidenceThread = {
    thr: await sha256Base64Url(`parley-payment:${agreementId}:1`),
    messages: [],
  }
  const at = START + 44 * 86_400
  const line = {
    requestId: REQUEST_ID,
    agreementId,
    line: 1,
    amount: { value: '33.34', currency: 'EUR' },
    endToEndId: endToEndId(REQUEST_ID, 1),
  }
  const status = {
    requestId: REQUEST_ID,
    claim: 'open',
    conversation: 'agreed',
    outstanding: { value: '100.00', currency: 'EUR' },
    agreementId,
  }
  const lease = { line: 1, granted: true, fencing: 1, until: at + 600 }
  const toBank = fromCreditor(BANK)
  thread = await append(thread, {
    kind: 'payment',
    ...fromBank,
    at,
    body: { ...line, status: 'ACCP' },
  })
  thread = await append(thread, { kind: 'status', ...toBank, at, body: { ...status, lease } })
  const settled = { ...line, status: 'ACSC', fencing: 1 }
  thread = await append(thread, { kind: 'payment', ...fromBank, at: at + 5, body: settled })
  return await append(thread, { kind: 'status', ...toBank, at: at + 6, body: status })
}

/** The unaddressed thread, whose request the retired key signed while it was in use. */
export async function openThread(): Promise<EvidenceThread> {
  const thread = { thr: 'thr_unaddressed_1234567', messages: [] }
  const toAnyone = { from: CREDITOR, to: ANYONE, key: retiredKey }
  return await append(thread, { kind: 'request', ...toAnyone, at: START, body: requestBody })
}

/** The whole case. */
export async function caseBundle(spoil: Spoil = {}): Promise<EvidenceBundle> {
  const { thread, agreement, agreementBytes } = await agentThread(spoil)
  return {
    format: 'parley-evidence-1',
    paymentRequestId: REQUEST_ID,
    exportedAt: EXPORTED_AT,
    parties,
    threads: [await openThread(), thread, await bankThread(agreement)],
    agreements: [await signAgreement(agreementBytes, creditorKey, agentKey)],
  }
}

/** Verifies, and shows each fault as `code at place`. */
export async function faultsOf(bundle: unknown): Promise<string[]> {
  const { faults } = await verifyEvidence(bundle)
  return faults.map(({ code, where }) => {
    const { thread, message, agreement, party } = where
    const place = [
      ...(party === undefined ? [] : [party]),
      ...(thread === undefined ? [] : [thread.slice(0, 7)]),
      ...(message === undefined ? [] : [String(message)]),
      ...(agreement === undefined ? [] : [`agreement ${agreement}`]),
    ]
    return `${code} at ${place.join(' ') || 'bundle'}`
  })
}
