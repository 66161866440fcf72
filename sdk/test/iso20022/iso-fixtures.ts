// Verified facts for the bridges: a request, agreements on any plan of it, and what is written.
import { expect } from 'vitest'
import type { IsoRefusal } from '../../src/iso20022/index.ts'
import type { Agreement, PlanTerms, RequestMessage, Result } from '../../src/protocol/index.ts'
import { deriveAgreement } from '../../src/protocol/index.ts'

export const CREDITOR = {
  id: 'stadsenergie',
  name: 'Stadsenergie Zuid-Holland',
  account: { iban: 'BE68539007547034', bic: 'BBRUBEBB' },
}
export const DEBTOR = { name: 'Ann Peeters', account: { iban: 'NL91ABNA0417164300' } }
export const REFERENCE = 'RF18539007547034'
const HASH = 'A'.repeat(43)

export const INVOICE: NonNullable<RequestMessage['documents']>[number] = {
  type: 'invoice',
  id: '2026_17',
  issueDate: '2026-02-14',
  uri: 'https://docs.example/i/17?a=1&b=%20',
  sha256: HASH,
}

export const REQUEST: RequestMessage = {
  ver: '1.0',
  iss: 'https://creditor.example',
  aud: 'https://agent.example',
  sub: 'deb_4711',
  jti: 'req_3q2-7wAAAAAAAAAAAAAAAA',
  iat: 1_772_442_000,
  exp: 1_773_046_800,
  thr: 'thr_q3cXh2Zr5wYg8Jm1vT0pQk',
  seq: 0,
  prev: null,
  requestId: 'pr_01JD3Z5T7V9X1B3D5F7H9K1M3P',
  revision: 1,
  creditor: CREDITOR,
  amount: { value: '240.01', currency: 'EUR' },
  dueDate: '2026-03-20',
  timeZone: 'Europe/Amsterdam',
  remittance: { scheme: 'SCOR', reference: REFERENCE },
  documents: [INVOICE, { type: 'contract', id: 'C-9', sha256: HASH }],
  dunning: { level: 0, respondBy: 1_772_700_000, nextStep: 'human-channel' },
  menu: { menuId: 'v1-0', tier: 0, final: true, policyVersion: 1, policyHash: HASH, rows: [] },
}

/** The agreement that an answer with this plan makes. */
export async function agreed(plan: PlanTerms, minor = 24_001n): Promise<Agreement> {
  const { agreement } = await deriveAgreement({
    request: REQUEST,
    principal: { minor, currency: 'EUR' },
    plan,
    answer: { jti: 'ans_3q2-7wAAAAAAAAAAAAAAAA', iat: 1_772_500_000, prev: HASH },
  })
  return agreement
}

export const SINGLE: PlanTerms = {
  ...{ instalments: 1, interval: null, priceBps: 0, firstDueDate: '2026-03-20' },
}
export const THREE: PlanTerms = {
  ...{ instalments: 3, interval: 'P1M', priceBps: 0, firstDueDate: '2026-03-31' },
}

/** The value of a result that must be one. */
export function must<T>(result: Result<T, IsoRefusal>): T {
  expect(result).toMatchObject({ ok: true })
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}
